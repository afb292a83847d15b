import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as computeJob from '../reconciler/compute-job/resource/reasons.ts';
import * as computeNode from '../reconciler/compute-node/reasons.ts';
import * as peerGroup from '../reconciler/peer-group/reasons.ts';
import type { ConditionTable, EventTable } from '../reconciler/runtime/reason-table.ts';
import { table } from './markdown-table.ts';

const root = join(import.meta.dirname, '..');

/** Pages whose tables are made from the reasons of a kind, by path from the project's folder. The text around the tables stays. */
export function reasonPages(): ReadonlyMap<string, string> {
  return new Map([
    page('docs/reference/operator-conditions.md', {
      conditions: conditionTable(peerGroup.CONDITIONS),
      links: table(
        ['reason', 'meaning', 'an outage?'],
        Object.entries(peerGroup.LINK_REASONS).map(([reason, { planned, meaning }]) => [
          `\`${reason}\``,
          meaning,
          planned ? 'no' : 'yes',
        ]),
      ),
      events: eventTable(peerGroup.EVENTS),
    }),
    page('docs/reference/compute-conditions.md', {
      'node conditions': conditionTable(computeNode.CONDITIONS),
      'job conditions': conditionTable(computeJob.CONDITIONS),
      'job events': eventTable(computeJob.EVENTS),
    }),
  ]);
}

function page(path: string, tables: Readonly<Record<string, string>>): [path: string, text: string] {
  const text = Object.entries(tables).reduce(
    (page, [name, content]) => fillIn(page, name, content),
    readFileSync(join(root, path), 'utf8'),
  );
  return [path, text];
}

/**
 * Replaces what is between `<!-- table: NAME -->` and `<!-- end -->`.
 *
 * @throws when the page has no such place
 */
function fillIn(page: string, name: string, content: string): string {
  const start = `<!-- table: ${name} -->`;
  const from = page.indexOf(start);
  const to = page.indexOf('<!-- end -->', from);
  if (from < 0 || to < 0) throw new Error(`the page has no ${start} followed by <!-- end -->`);
  return `${page.slice(0, from)}${start}\n\n${content}\n\n${page.slice(to)}`;
}

/** A row for each reason; type and status of the condition are named where they change. */
function conditionTable(conditions: ConditionTable): string {
  let before = '';
  const rows = Object.entries(conditions).flatMap(([type, reasons]) =>
    Object.entries(reasons).map(([reason, { status, meaning }]) => {
      const cells = [before.startsWith(`${type} `) ? '' : `\`${type}\``, before === `${type} ${status}` ? '' : status];
      before = `${type} ${status}`;
      return [...cells, `\`${reason}\``, meaning];
    }),
  );
  return table(['condition', 'status', 'reason', 'meaning'], rows);
}

function eventTable(events: EventTable): string {
  return table(
    ['type', 'reason', 'meaning'],
    Object.entries(events).map(([reason, { severity, meaning }]) => [severity, `\`${reason}\``, meaning]),
  );
}
