import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PeerServer } from '../../../server/peer-server.ts';
import type { Clock } from '../../../server/time/clock.ts';

/** A config as it stands in a file. */
export type ConfigObject = Record<string, unknown>;

/** Resolves once `condition` holds; rejects after `timeoutMs` with what was waited for. */
export async function waitUntil(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 20_000) {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(10);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A folder of its own under the system's temporary one; `remove` it when done. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'rollcall-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A peer server in this process, on free loopback ports, with its config in a temporary file and its lines kept. */
export class TestServer {
  readonly file: string;
  readonly lines: string[] = [];
  readonly server: PeerServer;
  readonly #folder: { remove(): void };

  private constructor(folder: { path: string; remove(): void }, server: PeerServer, lines: string[]) {
    this.#folder = folder;
    this.file = join(folder.path, 'config.yaml');
    this.server = server;
    this.lines = lines;
  }

  /** @param time by which it goes; the default is the system's clock, and the first peer is pinged at once */
  static async start(config: ConfigObject, time: { clock?: Clock } = {}): Promise<TestServer> {
    const folder = temporaryFolder();
    const lines: string[] = [];
    const configFile = join(folder.path, 'config.yaml');
    writeFileSync(configFile, JSON.stringify(withLoopback(config)));
    try {
      const server = await PeerServer.start({
        configFile,
        ownName: 'unnamed',
        version: '0.0.0-test',
        random: () => 0,
        ...time,
        sink: { write: (line) => void lines.push(line.trimEnd()) },
      });
      return new TestServer(folder, server, lines);
    } catch (error) {
      folder.remove();
      throw error;
    }
  }

  get port(): number {
    return this.server.pingAddress!.port;
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.server.adminAddress!.port}`;
  }

  get report(): TestReport {
    return JSON.parse(JSON.stringify(this.server.report())) as TestReport;
  }

  peer(name: string): TestReport['peers'][number] {
    const found = this.report.peers.find((peer) => peer.name === name);
    if (!found) throw new Error(`no peer ${name} in the report`);
    return found;
  }

  /** Replaces the config by an object, or by text as it is, the way an editor does: a new file renamed over the old. */
  rewrite(config: ConfigObject | string): void {
    const text = typeof config === 'string' ? config : JSON.stringify(withLoopback(config));
    writeFileSync(`${this.file}.new`, text);
    renameSync(`${this.file}.new`, this.file);
  }

  async stop(): Promise<void> {
    await this.server.stop(false);
    this.#folder.remove();
  }
}

export interface TestReport {
  readonly name: string;
  readonly config: { readonly hash: string; readonly error?: { readonly message: string } };
  readonly askers: { readonly expected: number; readonly seen: number };
  readonly peers: readonly {
    readonly name: string;
    readonly state: string;
    readonly ok: number;
    readonly failed: number;
    readonly responder?: string;
    readonly lastError?: { readonly phase: string; readonly code: string; readonly reason: string };
  }[];
}

/** Writes files by name into a folder, making it first. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}

function withLoopback(config: ConfigObject): ConfigObject {
  const loopback = { host: '127.0.0.1', port: 0 };
  return {
    ...config,
    service: { ...loopback, ...(config.service as object | undefined) },
    admin: { ...loopback, ...(config.admin as object | undefined) },
  };
}
