import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import Router from 'koa-router';
import type { Registry } from 'prom-client';
import type { Logger } from './logger.ts';

export interface AdminOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Undefined: `/metrics` is served elsewhere. */
  readonly registry: Registry | undefined;
  /** What the operator still waits for; empty once it is ready. */
  readonly notReady: () => readonly string[];
  readonly log: Logger;
}

export interface AdminServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** A probe or a scrape takes milliseconds; a slower client is disconnected. */
export const REQUEST_TIMEOUT_MS = 10_000;

/** Serves `/livez`, `/readyz` and, where it is open to everybody, `/metrics`. */
export async function startAdminServer(options: AdminOptions): Promise<AdminServer> {
  const router = new Router();
  router.get('/livez', (context) => {
    context.body = 'ok\n';
  });
  router.get('/readyz', (context) => {
    const missing = options.notReady();
    context.status = missing.length === 0 ? 200 : 503;
    context.body = missing.length === 0 ? 'ok\n' : `${missing.join('\n')}\n`;
  });
  const { registry } = options;
  if (registry !== undefined)
    router.get('/metrics', async (context) => {
      context.type = registry.contentType;
      context.body = await registry.metrics();
    });
  const app = new Koa();
  logErrors(app, options.log);
  app.use(router.routes()).use(router.allowedMethods());

  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    app.callback(),
  );
  return listening(server, options);
}

/** Has the server listen. */
export async function listening(server: Server, options: { host: string; port: number }): Promise<AdminServer> {
  await listen(server, options);
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

/** Logs errors of request handlers, but not those of connections that clients have closed. */
export function logErrors(app: Koa, log: Logger): void {
  app.on('error', (error: Error & { expose?: boolean; code?: string }, context?: Koa.Context) => {
    if (error.expose || error.code === 'ECONNRESET' || error.code === 'EPIPE') return;
    log.error({ err: error, method: context?.method, path: context?.path }, 'Request failed');
  });
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
