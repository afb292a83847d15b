import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import Router from 'koa-router';
import type { Registry } from 'prom-client';

export interface AdminOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly registry: Registry;
  /** What is still missing before the operator does its work; empty when it does. */
  readonly notReady: () => readonly string[];
}

export interface AdminServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** A probe or a scrape takes milliseconds; whoever is slower is cut off. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Serves `/livez`, `/readyz` and `/metrics`. */
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
  router.get('/metrics', async (context) => {
    context.type = options.registry.contentType;
    context.body = await options.registry.metrics();
  });
  const app = new Koa();
  app.use(router.routes()).use(router.allowedMethods());

  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    app.callback(),
  );
  await listen(server, options);
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

function listen(server: Server, { host, port }: AdminOptions): Promise<void> {
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
