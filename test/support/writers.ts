import type { AuditEvent, AuditLog } from './audit-log.ts';
import { OPERATOR_USER } from './operator-identity.ts';

/** Each operator process has a token of its own, which the API server tells apart (KEP-4193). */
const CREDENTIAL = 'authentication.kubernetes.io/credential-id';

/** Writes of one operator process, one after the other, with none of another between them. */
export interface WriterTurn {
  readonly credential: string;
  readonly writes: number;
  /** When the API server received the first and the last of them, RFC 3339. */
  readonly first: string;
  readonly last: string;
}

/** The operator processes in the order of their writes. Who leads once only, has one turn. */
export function writerTurns(audit: AuditLog): WriterTurn[] {
  const events = audit.writesOf(OPERATOR_USER).sort((a, b) => compare(timeOf(a), timeOf(b)));
  const turns: WriterTurn[] = [];
  for (const event of events) {
    const credential = event.user.extra?.[CREDENTIAL]?.[0] ?? '';
    const [at, before] = [timeOf(event), turns.at(-1)];
    if (before?.credential === credential) turns[turns.length - 1] = { ...before, writes: before.writes + 1, last: at };
    else turns.push({ credential, writes: 1, first: at, last: at });
  }
  return turns;
}

/** Processes that wrote again after another one had: there was more than one leader, or a deposed one went on. */
export function returnedWriters(audit: AuditLog): string[] {
  const turns = writerTurns(audit);
  const seen = new Set<string>();
  return turns.flatMap((turn) => {
    const hasReturned = seen.has(turn.credential);
    seen.add(turn.credential);
    return hasReturned ? [`${turn.credential} wrote ${turn.writes} times again at ${turn.first}`] : [];
  });
}

function timeOf({ requestReceivedTimestamp }: AuditEvent): string {
  return requestReceivedTimestamp ?? '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
