import type { Outage } from '../../../constructs/crds/peer-group/connectivity.ts';
import type { FailingLink } from './evaluate-links.ts';

/** Number of outages in a status. */
export const MAX_OUTAGES = 10;

/** State of a link with an open outage that is not failing now. */
export type LinkState = 'works' | 'unwanted' | 'unknown';

export interface OutageInput {
  /** The current status. */
  readonly before: readonly Outage[];
  readonly failing: readonly FailingLink[];
  readonly stateOf: (from: string, to: string) => LinkState;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface OutageResult {
  /** The last ten, most recent last. */
  readonly outages: readonly Outage[];
  readonly opened: readonly Outage[];
  /** Outages whose links have recovered. */
  readonly closed: readonly Outage[];
}

/**
 * Opens an outage for each failing link, and closes it when the link recovers or is no longer wanted.
 *
 * *Guarantees*: the result depends only on the status and the current failures, so a restarted operator continues where the
 * previous one stopped. An outage that was dropped for ten later ones is not opened again.
 */
export function trackOutages({ before, failing, stateOf, now }: OutageInput): OutageResult {
  const reasons = new Map(failing.map((link) => [linkKey(link), link]));
  const closed: Outage[] = [];
  const kept = before.map((outage): Outage => {
    if (outage.end !== undefined) return outage;
    const link = reasons.get(linkKey(outage));
    reasons.delete(linkKey(outage));
    if (link !== undefined) return link.reason === outage.reason ? outage : { ...outage, reason: link.reason };
    const state = stateOf(outage.from, outage.to);
    if (state === 'unknown') return outage;
    const ended = { ...outage, end: iso(now) };
    if (state === 'works') closed.push(ended);
    return ended;
  });
  const oldest = before.length < MAX_OUTAGES ? '' : (before[0]?.start ?? '');
  const fresh = [...reasons.values()]
    .map(({ from, to, since, reason }): Outage => ({ from, to, start: iso(since), reason }))
    .filter(({ start }) => start > oldest);
  const outages = [...kept, ...fresh]
    .sort((a, b) => compare(a.start, b.start) || compare(linkKey(a), linkKey(b)))
    .slice(-MAX_OUTAGES);
  return { outages, opened: fresh.filter((outage) => outages.includes(outage)), closed };
}

export function linkKey({ from, to }: { readonly from: string; readonly to: string }): string {
  return `${from} → ${to}`;
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
