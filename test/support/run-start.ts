import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** `npm start` while it runs and after. Not through npm, which would only stand between us and its signals. */
export class StartRun {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown[]>;
  readonly #began = performance.now();
  #lastOutput = this.#began;
  #text = '';

  /** Longest time without any output so far, in milliseconds. */
  longestSilence = 0;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(process.execPath, [join(root, 'scripts/start.ts'), ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a process group of its own, as a terminal's foreground group
    });
    this.#exited = once(this.#child, 'close');
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#text += text;
        this.longestSilence = Math.max(this.longestSilence, performance.now() - this.#lastOutput);
        this.#lastOutput = performance.now();
      });
    }
  }

  /** Both outputs so far. */
  get output(): string {
    return this.#text;
  }

  /** Milliseconds since it was started. */
  get elapsed(): number {
    return performance.now() - this.#began;
  }

  /** What Ctrl-C does: the signal goes to every process of the group. */
  interrupt(): void {
    process.kill(-this.#child.pid!, 'SIGINT');
  }

  /** Waits for its end. @returns its exit status */
  async ended(): Promise<number | null> {
    const [status] = (await this.#exited) as [number | null];
    return status;
  }
}
