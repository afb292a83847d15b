import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

export const PONG = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\npong\n';

/** What a target does with the n-th piece of data of a connection, from 1. */
export type Handler = (socket: Socket, n: number, data: string) => void;

/** Something on TCP, or TLS, that does with each request what a test says. */
export class RawTarget {
  /** Connections made to it so far. */
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(handler: Handler, tls: { cert: string; key: string } | undefined) {
    const onConnection = (socket: Socket): void => {
      this.connections++;
      this.#sockets.add(socket);
      let count = 0;
      socket.on('error', () => {}).on('data', (data) => handler(socket, ++count, data.toString()));
    };
    this.#server = tls ? createTlsServer(tls, onConnection) : createServer(onConnection);
  }

  static async start(handler: Handler, tls?: { cert: string; key: string }, host = '127.0.0.1'): Promise<RawTarget> {
    const target = new RawTarget(handler, tls);
    await once(target.#server.listen(0, host), 'listening');
    return target;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
