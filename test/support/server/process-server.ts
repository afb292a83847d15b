import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { waitUntil } from './test-server.ts';

const MAIN = join(import.meta.dirname, '../../../server/main.ts');

/** `node server/main.ts --config FILE` as a process of its own, its lines kept. */
export class ProcessServer {
  readonly lines: string[] = [];
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly #child: ChildProcess;

  constructor(configFile: string, env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [MAIN, '--config', configFile], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => this.lines.push(line));
    }
    this.ended = new Promise((resolve) =>
      this.#child.once('close', (code, signal) => resolve(code ?? signal ?? 'lost')),
    );
  }

  /** Resolves once it listens on both ports. */
  async listening(): Promise<void> {
    await waitUntil(`it listens: ${this.lines.join('\n')}`, () => this.#find(/report on (\S+)/) !== undefined, 20_000);
  }

  get port(): number {
    return Number(new URL(this.#find(/Serving pings on (\S+)/)!).port);
  }

  get adminUrl(): string {
    return this.#find(/report on (http:[^"\s]+)/)!;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGINT');
    await this.ended;
  }

  #find(pattern: RegExp): string | undefined {
    return this.lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  }
}
