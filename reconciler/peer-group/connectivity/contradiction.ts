import type { SummaryReport } from '../../../server/protocol/summary-report.ts';

const COUNT_OF = { Down: 'down', Pending: 'pending', Unresolved: 'unresolved' } as const;

/**
 * Why a report is inconsistent; undefined if it is not. Every link that is not Up
 * has exactly one entry, so links without an entry are up; a report that violates this is ignored.
 *
 * @param expected names of the peer's targets in the current config; undefined if it reports another config
 */
export function contradictionOf(
  name: string,
  summary: SummaryReport,
  expected: ReadonlySet<string> | undefined,
): string | undefined {
  const { counts, notUp } = summary;
  if (summary.name !== name) return `is from ${summary.name}`;
  const seen = new Set<string>();
  const found = { down: 0, pending: 0, unresolved: 0 };
  for (const { peer, state } of notUp) {
    if (seen.has(peer)) return `lists ${peer} twice`;
    seen.add(peer);
    if (state !== 'Up') found[COUNT_OF[state]]++;
    if (expected !== undefined && !expected.has(peer)) return `lists ${peer}, which is not in its configuration`;
  }
  for (const key of Object.values(COUNT_OF))
    if (found[key] !== counts[key]) return `counts ${counts[key]} ${key} links but lists ${found[key]}`;
  if (counts.up + counts.down + counts.pending + counts.unresolved !== counts.links)
    return `has a total of ${counts.links} links that does not match its counts`;
  if (expected !== undefined && counts.links !== expected.size)
    return `covers ${counts.links} links, but its configuration defines ${expected.size}`;
  return undefined;
}
