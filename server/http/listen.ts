import { constants } from 'node:crypto';
import { createServer as createHttpServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { ServiceMaterial } from '../config/material.ts';
import type { Limits } from '../protocol/config.ts';
import { demandClientCertificates } from './client-certificates.ts';

/** How often connections are checked against the request timeout. Milliseconds. */
const CHECK_EVERY = 1_000;

/** Connections that may wait to be accepted: all peers of a large group connect at once after a restart. */
const BACKLOG = 4_096;

/** An HTTP(S) server that strangers can't make grow without bound. */
export function createBoundedServer(listener: RequestListener, limits: Limits, tls?: ServiceMaterial): Server {
  const options: ServerOptions = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.requestTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: CHECK_EVERY,
  };
  const server = tls ? createTlsServer(listener, options, tls) : createHttpServer(options, listener);
  server.maxHeadersCount = 100;
  boundConnections(server, limits.connections);
  return server;
}

/** Certificate, key and client CA of a server, as node:tls takes them; also for setSecureContext. */
export function serverTls({ certificate, privateKey, clientCA }: ServiceMaterial) {
  // No session is resumed: every connection shows its certificate to the CAs of today.
  const secureOptions = constants.SSL_OP_NO_TICKET;
  return { cert: certificate, key: privateKey, secureOptions, ...(clientCA && { ca: clientCA }) };
}

function createTlsServer(listener: RequestListener, options: ServerOptions, tls: ServiceMaterial): Server {
  // Node's own is two minutes, during which such a connection also keeps the server from ending.
  const secure = { ...options, ...serverTls(tls), handshakeTimeout: options.requestTimeout };
  if (!tls.clientCA) return createHttpsServer(secure, listener);
  const server = createHttpsServer({ ...secure, requestCert: true, rejectUnauthorized: false }, listener);
  demandClientCertificates(server);
  return server;
}

/** Resolves once it listens; rejects with a sentence that names host and port. */
export async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is already in use' : error.message;
      reject(new Error(`cannot listen on ${host} port ${port}: ${reason}`, { cause: error }));
    });
    server.listen({ port, host, backlog: BACKLOG }, resolve);
  });
  return server.address() as AddressInfo;
}

/** Stops listening, lets requests in progress end, and at the deadline closes what is still open. */
export async function closeGracefully(server: Server, deadlineMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const deadline = setTimeout(() => server.closeAllConnections(), deadlineMs);
  await closed;
  clearTimeout(deadline);
}

/**
 * Beyond the bound the connection that has been silent the longest is closed: of those that have never sent a whole request as
 * long as they are half of all, else of the others. So strangers who open connections lock nobody out, whether they leave
 * them lying or ask for something: a new one has time to send its request, and one in use isn't the longest silent.
 */
function boundConnections(server: Server, bound: number): void {
  const fresh = new Map<string, Socket>();
  const proven = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    if (fresh.size + proven.size >= bound) closeFirst(fresh.size >= bound / 2 ? fresh : proven);
    const key = connectionKey(socket);
    fresh.set(key, socket);
    socket.once('close', () => {
      fresh.delete(key);
      proven.delete(key);
    });
  });
  server.on('request', ({ socket: { remoteAddress, remotePort } }) => {
    const key = connectionKey({ remoteAddress, remotePort });
    const socket = fresh.get(key) ?? proven.get(key);
    if (!socket) return;
    fresh.delete(key);
    proven.delete(key);
    proven.set(key, socket);
  });
}

/** The other side's address and port: the same for a connection's TCP socket and the TLS socket on top of it. */
function connectionKey({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string {
  return `${remoteAddress} ${remotePort}`;
}

/** Maps keep the order in which keys were added, so the first is the one that has been silent the longest. */
function closeFirst(sockets: Map<string, Socket>): void {
  const [oldest] = sockets;
  if (oldest === undefined) return;
  const [key, socket] = oldest;
  // Its close event comes too late for the connections that have come with this one.
  sockets.delete(key);
  socket.destroy();
}
