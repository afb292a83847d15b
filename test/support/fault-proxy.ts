import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlPlane } from '../cluster/index.ts';

/** What happens to a request instead of being passed on as it is. */
export type Fault =
  /** Answered by the proxy. */
  | {
      readonly type: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** Passed on after a while. */
  | { readonly type: 'delay'; readonly ms: number }
  /** Passed on at once; what it is answered with comes after a while. */
  | { readonly type: 'answer late'; readonly ms: number }
  /** The answer ends after so many bytes: the connection closes in the middle, or in good order. */
  | { readonly type: 'truncate'; readonly bytes: number; readonly reset: boolean }
  /** The answer comes in pieces of so many bytes, with a pause after each of the first hundred. */
  | { readonly type: 'split'; readonly bytes: number };

export interface ProxiedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly isWatch: boolean;
  /** `performance.now()` at its arrival. */
  readonly at: number;
}

/** Decides about each request; undefined lets it pass. */
export type FaultRule = (request: ProxiedRequest) => Fault | undefined;

/** Stands between an operator and the API server and does to their connections what networks and servers do. */
export interface FaultProxy {
  /** Its address, under the control plane's own certificate. */
  readonly url: string;
  /** Everything that arrived. */
  readonly requests: readonly ProxiedRequest[];
  /** From now on; undefined: nothing is done to new requests. */
  setRule(rule: FaultRule | undefined): void;
  /** All connections that exist, or those with a watch, go silent for ever, without being closed; new ones work. */
  goDark(which?: 'all' | 'watches'): void;
  /** All connections that exist are reset. */
  reset(): void;
  /** Adds a line to every watch that is open on the path. */
  injectIntoWatches(path: string, line: string): void;
  stop(): Promise<void>;
}

/** Starts a proxy in front of the control plane's API server. */
export async function startFaultProxy({ server, auditLog }: ControlPlane): Promise<FaultProxy> {
  const pki = join(dirname(auditLog), 'pki');
  const upstream = new URL(server);
  const agent = new Agent({ keepAlive: true, ca: readFileSync(join(pki, 'ca.crt')) });
  const requests: ProxiedRequest[] = [];
  const sockets = new Set<Socket>();
  const watches = new Map<ServerResponse, string>();
  /** The same connections, inside of TLS. */
  const open = new Set<Socket>();
  const dark = new WeakSet<Socket>();
  let rule: FaultRule | undefined;

  const https = createServer(
    { key: readFileSync(join(pki, 'apiserver.key')), cert: readFileSync(join(pki, 'apiserver.crt')) },
    (incoming, outgoing) => {
      if (isDark(outgoing)) return;
      const url = incoming.url ?? '';
      const arrived = {
        method: incoming.method ?? '',
        url,
        isWatch: url.includes('watch=true'),
        at: performance.now(),
      };
      requests.push(arrived);
      if (arrived.isWatch) {
        watches.set(outgoing, url.split('?')[0] ?? '');
        outgoing.once('close', () => watches.delete(outgoing));
      }
      serve(incoming, outgoing, rule?.(arrived));
    },
  );

  function serve(incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault | undefined): void {
    switch (fault?.type) {
      case 'answer':
        incoming.resume();
        outgoing
          .writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
          .end(fault.body ?? '');
        return;
      case 'delay':
        setTimeout(() => pass(incoming, outgoing, undefined), fault.ms);
        return;
      default:
        pass(incoming, outgoing, fault);
    }
  }

  function pass(incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault | undefined): void {
    const onward = request(
      {
        host: upstream.hostname,
        port: upstream.port,
        agent,
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, host: upstream.host },
      },
      async (answer) => {
        if (fault?.type === 'answer late') await sleep(fault.ms);
        if (isDark(outgoing)) return;
        // A length would give the fault away.
        const { 'content-length': _, 'transfer-encoding': __, ...headers } = answer.headers;
        outgoing.writeHead(answer.statusCode ?? 502, headers);
        outgoing.flushHeaders();
        forward(answer, outgoing, fault, () => isDark(outgoing)).catch(() => outgoing.destroy());
      },
    );
    onward.on('error', () => isDark(outgoing) || outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }

  const isDark = ({ socket }: ServerResponse) => socket !== null && dark.has(socket);

  // In front of TLS, so that connections can be reset.
  const tcp = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    https.emit('connection', socket);
  });
  https.on('secureConnection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => {});
  });

  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(tcp.address() as AddressInfo).port}`,
    requests,
    setRule: (next) => {
      rule = next;
    },
    goDark: (which = 'all') => {
      const watching = new Set([...watches.keys()].map(({ socket }) => socket));
      for (const secure of open) if (which === 'all' || watching.has(secure)) dark.add(secure);
    },
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    injectIntoWatches: (path, line) => {
      for (const [response, watched] of watches) if (watched === path) response.write(`${line}\n`);
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      await new Promise((resolve) => tcp.close(resolve));
    },
  };
}

const PAUSED_PIECES = 100;

/** Passes an answer's body on, with its fault. */
async function forward(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
  isDark: () => boolean,
): Promise<void> {
  let sent = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    if (isDark()) continue;
    if (fault?.type === 'split') {
      await writeInPieces(outgoing, chunk, fault.bytes);
    } else if (fault?.type === 'truncate' && sent + chunk.length >= fault.bytes) {
      outgoing.write(chunk.subarray(0, fault.bytes - sent));
      if (fault.reset) outgoing.socket?.destroy();
      else outgoing.end();
      return;
    } else {
      outgoing.write(chunk);
    }
    sent += chunk.length;
  }
  if (!isDark()) outgoing.end();
}

/** With a pause between them, pieces travel in TLS records and segments of their own. */
async function writeInPieces(outgoing: ServerResponse, chunk: Buffer, bytes: number): Promise<void> {
  for (let start = 0, piece = 0; start < chunk.length; start += bytes, piece++) {
    outgoing.write(chunk.subarray(start, start + bytes));
    if (piece < PAUSED_PIECES) await sleep(1);
  }
}
