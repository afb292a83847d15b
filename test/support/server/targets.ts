import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

/** What a target does with whoever connects. */
export type Behaviour =
  | 'pong'
  | 'bare-pong'
  | 'draining'
  | 'wrong-body'
  | 'status-500'
  | 'not-http'
  | 'hang'
  | 'slow'
  | 'reset'
  | 'endless-body'
  | 'endless-headers';

/** Something to ping that behaves well or badly, on raw TCP. */
export interface Target {
  readonly port: number;
  /** Connections made to it so far. */
  readonly connections: number;
  behaviour: Behaviour;
  stop(): Promise<void>;
}

const ANSWERS: Partial<Record<Behaviour, string>> = {
  pong: answer('200 OK', 'pong\n'),
  'bare-pong': answer('200 OK', 'pong'),
  draining: answer('503 Service Unavailable', 'draining\n', 'x-rollcall-state: draining\r\nx-responder: web-9\r\n'),
  'wrong-body': answer('200 OK', 'nope'),
  'status-500': answer('500 Internal Server Error', 'oops'),
  'not-http': 'SSH-2.0-OpenSSH_9.9\r\n',
};

export async function startTarget(behaviour: Behaviour): Promise<Target> {
  const sockets = new Set<Socket>();
  const target = { port: 0, connections: 0, behaviour, stop };
  const server: Server = createServer((socket) => {
    target.connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', () => behave(socket, target.behaviour));
  });
  async function stop(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target.port = (server.address() as AddressInfo).port;
  return target;
}

function behave(socket: Socket, behaviour: Behaviour): void {
  const text = ANSWERS[behaviour];
  if (text !== undefined) socket.write(text);
  else if (behaviour === 'reset') socket.resetAndDestroy();
  else if (behaviour === 'slow') setTimeout(() => socket.write(ANSWERS.pong!), 300);
  else if (behaviour === 'endless-headers')
    trickle(socket, 'HTTP/1.1 200 OK\r\n', () => `x-${Math.random()}: ${'y'.repeat(500)}\r\n`);
  else if (behaviour === 'endless-body') {
    trickle(
      socket,
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
      () => '20\r\n________________________________\r\n',
    );
  }
}

function trickle(socket: Socket, start: string, next: () => string): void {
  socket.write(start);
  const timer = setInterval(() => socket.write(next()), 2);
  socket.on('close', () => clearInterval(timer));
}

function answer(status: string, body: string, headers = ''): string {
  return `HTTP/1.1 ${status}\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;
}
