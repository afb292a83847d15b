import { createServer } from 'node:https';
import Koa from 'koa';
import Router from 'koa-router';
import type { Registry } from 'prom-client';
import { type AdminServer, listening, logErrors, REQUEST_TIMEOUT_MS } from './admin-server.ts';
import type { Logger } from './logger.ts';
import type { MetricsAccess, Verdict } from './metrics-access.ts';

/** A certificate and its private key, both in PEM. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface MetricsServerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly registry: Registry;
  readonly access: MetricsAccess;
  /** What to show now; asked again every minute, so that a renewed certificate is used without a restart. */
  readonly certificate: () => Promise<ServerCertificate>;
  readonly log: Logger;
}

const REFRESH_MS = 60_000;

const ANSWERS: Readonly<Record<Exclude<Verdict, 'Allowed'>, readonly [status: number, text: string]>> = {
  Unauthenticated: [401, 'a bearer token of this cluster is required\n'],
  Forbidden: [403, 'this user is not allowed to get /metrics: bind ClusterRole rollcall-metrics-reader\n'],
  Busy: [503, 'too many tokens are being reviewed, try again\n'],
};

/** Serves `/metrics` over TLS to who may read it, and nothing else. */
export async function startMetricsServer(options: MetricsServerOptions): Promise<AdminServer> {
  const { registry, access, log } = options;
  const router = new Router();
  router.get('/metrics', async (context) => {
    const verdict = await access.judge(context.get('authorization') || undefined).catch((error: Error) => {
      log.warn({ err: error }, 'Failed to authorize a metrics request');
      return 'Busy' as const;
    });
    if (verdict === 'Allowed') {
      context.type = registry.contentType;
      context.body = await registry.metrics();
      return;
    }
    const [status, text] = ANSWERS[verdict];
    if (status === 401) context.set('www-authenticate', 'Bearer');
    if (status === 503) context.set('retry-after', '1');
    context.status = status;
    context.body = text;
  });
  const app = new Koa();
  logErrors(app, log);
  app.use(router.routes()).use(router.allowedMethods());

  let shown = await options.certificate();
  const server = createServer(
    {
      ...secureContext(shown),
      handshakeTimeout: REQUEST_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
    },
    app.callback(),
  );
  const refresh = setInterval(async () => {
    try {
      const next = await options.certificate();
      if (next.certificate === shown.certificate && next.privateKey === shown.privateKey) return;
      server.setSecureContext(secureContext(next));
      shown = next;
      log.info('Metrics certificate renewed');
    } catch (error) {
      log.warn({ err: error }, 'Could not renew the metrics certificate, keeping the previous one');
    }
  }, REFRESH_MS);
  const { port, close } = await listening(server, options);
  return {
    port,
    close: () => {
      clearInterval(refresh);
      return close();
    },
  };
}

function secureContext({ certificate, privateKey }: ServerCertificate) {
  return { cert: certificate, key: privateKey };
}
