import type { Context } from 'koa';
import { tryParseDuration } from '../../constructs/duration.ts';
import type { SummaryReport } from '../protocol/summary-report.ts';
import type { ChangeSignal } from '../report/change-signal.ts';

/** The longest that a request may wait for a change. Milliseconds. */
const MAX_WAIT = 60_000;

/**
 * `GET /report/brief`. With `If-None-Match` and `?wait=30s` it is answered at once when something has changed since that
 * tag, else when it does, else 304 after the wait. Latencies alone are no change.
 */
export function summaryReportRoute(brief: () => SummaryReport, changes: ChangeSignal) {
  return async (ctx: Context): Promise<void> => {
    const known = ctx.get('if-none-match');
    const wait = waitOf(ctx.query.wait);
    if (wait === undefined) ctx.throw(400, 'wait must be a duration such as 30s');
    if (known === changes.tag && wait > 0) {
      if (changes.full) ctx.throw(429, 'too many requests are waiting');
      await changes.next(Math.min(wait, MAX_WAIT), (gone) => ctx.req.once('close', gone));
    }
    ctx.set({ etag: changes.tag, 'cache-control': 'no-cache' });
    if (known === changes.tag) {
      ctx.status = 304;
      return;
    }
    ctx.type = 'application/json';
    ctx.body = JSON.stringify(brief());
  };
}

function waitOf(query: string | string[] | undefined): number | undefined {
  if (query === undefined) return 0;
  return typeof query === 'string' && query.length < 20 ? tryParseDuration(query) : undefined;
}
