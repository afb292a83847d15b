import type { Socket } from 'node:net';

const DECRYPTED = Symbol('bytes decrypted');

type Counted = Socket & { [DECRYPTED]?: number };

/**
 * Counts from now on what is decrypted on a TLS connection. What comes on the wire is no measure: TLS has messages of its own, one of them
 * when the other side closes.
 */
export function countDecrypted(socket: Counted): void {
  socket[DECRYPTED] = 0;
  socket.on('data', ({ length }: Buffer) => {
    socket[DECRYPTED] = (socket[DECRYPTED] ?? 0) + length;
  });
}

/** How many bytes have come on a connection for HTTP to read. */
export function bytesReceived(socket: Counted): number {
  return socket[DECRYPTED] ?? socket.bytesRead;
}
