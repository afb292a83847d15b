import type { Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { REFUSED_HEADER } from '../protocol/headers.ts';

/** How long a refused client may take to read why. Milliseconds. */
const LINGER = 1_000;

/**
 * Lets only clients whose certificate has been verified reach the HTTP server. Node.js on its own would reset the others'
 * connections, and whoever pings could only guess why; so the handshake goes through, and all that a refused client
 * gets, before anything of what it sent is looked at, is the reason.
 */
export function demandClientCertificates(server: Server): void {
  const listeners = server.listeners('secureConnection') as ((socket: TLSSocket) => void)[];
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket) => {
    if (!socket.authorized) reject(socket);
    else for (const listener of listeners) listener.call(server, socket);
  });
}

function reject(socket: TLSSocket): void {
  const hasNone = Object.keys(socket.getPeerCertificate()).length === 0;
  const reason = hasNone ? 'NO_CERTIFICATE' : String(socket.authorizationError);
  const head = ['HTTP/1.1 403 Forbidden', `${REFUSED_HEADER}: ${reason}`, 'content-length: 0', 'connection: close'];
  socket.on('error', () => socket.destroy());
  socket.setTimeout(LINGER, () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n`);
  socket.resume();
}
