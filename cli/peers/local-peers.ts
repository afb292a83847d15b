import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface LocalPeersOptions {
  readonly count: number;
  /** Go-style; default 2s. */
  readonly interval?: string;
  /** Called with each line of each process, led by the process's name. */
  readonly onLine: (line: string) => void;
  /** What a peer process is started with; default: this Node.js and server/main.ts. */
  readonly command?: readonly string[];
}

export interface LocalPeers {
  readonly names: readonly string[];
  /** Where `/report` and `/metrics` of each are. */
  readonly adminUrls: readonly string[];
  /** Resolves when all processes have ended, whoever ended them. */
  readonly ended: Promise<void>;
  /** Ends all processes and removes their configs. */
  stop(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const DEFAULT_COMMAND = [process.execPath, join(import.meta.dirname, '../../server/main.ts')];

/** Starts peers as plain processes on loopback that ping each other in full mesh: no cluster, no root, any system. */
export async function startLocalPeers(options: LocalPeersOptions): Promise<LocalPeers> {
  const { count, interval = '2s', onLine, command = DEFAULT_COMMAND } = options;
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-peers-'));
  const ports = await freePorts(2 * count);
  const names = Array.from({ length: count }, (_, i) => `peer-${i}`);
  const peers = names.map((name, i) => ({ name, host: LOOPBACK, port: ports[i]! }));
  const children = peers.map((peer, i) => {
    const file = join(folder, `${peer.name}.yaml`);
    // JSON is YAML too.
    const config = {
      name: peer.name,
      service: { host: LOOPBACK, port: peer.port },
      admin: { host: LOOPBACK, port: ports[count + i]! },
      ping: { interval },
      peers,
    };
    writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`);
    return startPeer(peer.name, [...command, '--config', file], onLine);
  });
  const ended = Promise.all(children.map((child) => child.ended)).then(() => rmSync(folder, { recursive: true }));
  const stop = (): Promise<void> => {
    for (const { process: child } of children) child.kill('SIGINT');
    return ended;
  };
  return { names, adminUrls: peers.map((_, i) => `http://${LOOPBACK}:${ports[count + i]}`), ended, stop };
}

function startPeer(name: string, [program = '', ...args]: readonly string[], onLine: (line: string) => void) {
  // The channel closes when this process ends, even by SIGKILL; the peer ends then too.
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const prefix = `${name}  `;
  for (const stream of [child.stdout!, child.stderr!]) {
    createInterface({ input: stream }).on('line', (line) => onLine(prefix + line));
  }
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      onLine(`${prefix}cannot start: ${error.message}`);
      resolve();
    });
    child.once('close', () => resolve());
  });
  return { process: child, ended };
}

/** Ports that are free now: all are held at once, so that none comes twice, and then let go. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, holdFreePort));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function holdFreePort(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, LOOPBACK, () => resolve(server));
  });
}
