import type { Outage } from '../../../constructs/crds/peer-group/connectivity.ts';
import type { FailingLink } from './evaluate-links.ts';

/** Outages that a status keeps. */
export const MAX_OUTAGES = 10;

/** What is known of a link that was failing and is not reported to fail now. */
export type LinkState = 'works' | 'unwanted' | 'unknown';

export interface OutageInput {
  /** What the status says now. */
  readonly before: readonly Outage[];
  readonly failing: readonly FailingLink[];
  readonly stateOf: (from: string, to: string) => LinkState;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface OutageResult {
  /** The last ten, the latest last. */
  readonly outages: readonly Outage[];
  readonly opened: readonly Outage[];
  /** Those whose links work again. */
  readonly closed: readonly Outage[];
}

/**
 * Opens an outage for every link that fails, and closes it when the link works again or is not asked for any more.
 *
 * *Guarantees*: the result depends on the status and the present failures only, so a restarted operator goes on where the
 * former ended. A link whose outage had to make room for ten later ones is not opened again.
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
