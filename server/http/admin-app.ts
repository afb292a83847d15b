import type Koa from 'koa';
import Router from 'koa-router';
import type { FailureListener } from './handler-errors.ts';
import { createApp } from './ping-app.ts';

/** What the admin port needs to know of the server behind it. */
export interface AdminContext {
  ready(): boolean;
  report(): object;
  metrics(): Promise<string>;
  /** Told when a handler fails. */
  readonly onFailure: FailureListener;
}

/** Health, metrics and the report, for kubelets, Prometheus and people. */
export function createAdminApp(context: AdminContext): Koa {
  const router = new Router();
  router.get('/livez', (ctx) => {
    ctx.body = 'ok\n';
  });
  router.get('/readyz', (ctx) => {
    ctx.status = context.ready() ? 200 : 503;
    ctx.body = context.ready() ? 'ok\n' : 'not ready\n';
  });
  router.get('/report', (ctx) => {
    ctx.type = 'application/json';
    ctx.body = `${JSON.stringify(context.report(), null, 2)}\n`;
  });
  router.get('/metrics', async (ctx) => {
    ctx.type = 'text/plain; version=0.0.4; charset=utf-8';
    ctx.body = await context.metrics();
  });
  return createApp(router, context.onFailure);
}
