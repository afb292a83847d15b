import Koa from 'koa';
import Router from 'koa-router';
import { DRAINING, REQUESTER_HEADER, RESPONDER_HEADER, STATE_HEADER } from '../protocol/headers.ts';
import type { SummaryReport } from '../protocol/summary-report.ts';
import type { ChangeSignal } from '../report/change-signal.ts';
import { type FailureListener, logHandlerErrors } from './handler-errors.ts';
import { summaryReportRoute } from './summary-report-route.ts';

/** What the ping port needs to know of the server behind it. */
export interface PingContext {
  name(): string;
  draining(): boolean;
  /** Somebody who says to be `requester` has pinged. */
  onPing(requester: string): void;
  brief(): SummaryReport;
  /** Changes of what `brief` says, latencies aside. */
  readonly changes: ChangeSignal;
  /** Told when a handler fails. */
  readonly onFailure: FailureListener;
}

/** What others see on the ping port. */
export function createPingApp(context: PingContext): Koa {
  const router = new Router();
  router.get('/ping', (ctx) => {
    ctx.set(RESPONDER_HEADER, context.name());
    ctx.type = 'text/plain; charset=utf-8';
    if (context.draining()) {
      ctx.status = 503;
      ctx.set({ [STATE_HEADER]: DRAINING, connection: 'close' });
      ctx.body = `${DRAINING}\n`;
      return;
    }
    ctx.body = 'pong\n';
    context.onPing(ctx.get(REQUESTER_HEADER));
  });
  router.get('/report/brief', summaryReportRoute(context.brief, context.changes));
  return createApp(router, context.onFailure);
}

/** A Koa app of these routes: 404 and 405 for what isn't there, one line for an error of ours, none for a client's misbehaviour. */
export function createApp(router: Router, onFailure: FailureListener): Koa {
  const app = new Koa();
  logHandlerErrors(app, onFailure);
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}
