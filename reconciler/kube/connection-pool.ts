import type { DispatcherOptions } from '@kubernetes/client-node';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { KubeconfigError } from './errors.ts';

/** A connection that is not used for this long is closed; below the minute after which load balancers drop it. */
const KEEP_ALIVE_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Opens a pool of HTTP/1.1 connections. A connection carries one request at a time, so their number bounds what is in
 * flight; what is more waits in line. (One HTTP/2 connection for everything would make one lost packet, or one dead
 * connection, everybody's.)
 *
 * @param connections upper limit; undefined for none (each watch keeps one)
 */
export function openConnectionPool(access: DispatcherOptions, connections: number | undefined): Dispatcher {
  const limits = {
    connections: connections ?? null,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    // Every request has a deadline of its own; a watch has its idle timer.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  switch (access.type) {
    case 'agent':
      return new Agent({ ...limits, connect: { ...access.connect, timeout: CONNECT_TIMEOUT_MS } });
    case 'none':
      return new Agent({ ...limits, connect: { timeout: CONNECT_TIMEOUT_MS } });
    case 'proxy':
      return new ProxyAgent({ ...limits, uri: access.uri, requestTls: access.requestTls });
    case 'socks':
      throw new KubeconfigError(`proxy-url ${access.uri}: SOCKS is not supported, use an http(s) proxy`);
  }
}
