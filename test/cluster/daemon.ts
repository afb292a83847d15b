import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines } from '../../scripts/run-command.ts';
import { ClusterError } from './errors.ts';
import { identify, isAlive, type ProcessIdentity, stopProcess } from './process-identity.ts';

/**
 * A program that outlives us: in a session of its own, its output in `DIR/NAME.log`, its identity in `DIR/NAME.pid`,
 * from where any later process finds it again.
 */
export class Daemon {
  readonly name: string;
  readonly log: string;
  readonly #pidFile: string;

  constructor(dir: string, name: string) {
    this.name = name;
    this.log = join(dir, `${name}.log`);
    this.#pidFile = join(dir, `${name}.pid`);
    mkdirSync(dir, { recursive: true });
  }

  /** The running process; undefined when it was never started, has ended, or its pid is somebody else's now. */
  get process(): ProcessIdentity | undefined {
    if (!existsSync(this.#pidFile)) return undefined;
    const [pid, startTime] = readFileSync(this.#pidFile, 'utf8').trim().split(' ');
    const known = { pid: Number(pid), startTime: String(startTime) };
    return isAlive(known) ? known : undefined;
  }

  async start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
    const log = openSync(this.log, 'w');
    try {
      const child = spawn(command, args, {
        detached: true,
        stdio: ['ignore', log, log],
        env: { ...process.env, ...env },
      });
      await once(child, 'spawn').catch((cause: Error) => {
        throw new ClusterError('ERR_COMMAND_FAILED', `${this.name} could not be started: ${cause.message}`, { cause });
      });
      child.unref();
      const identity = identify(child.pid!);
      if (identity) writeFileSync(this.#pidFile, `${identity.pid} ${identity.startTime}\n`);
    } finally {
      closeSync(log);
    }
  }

  /** @throws ClusterError ERR_NOT_READY with the end of its log when it isn't running */
  assertAlive(): void {
    if (this.process) return;
    throw new ClusterError('ERR_NOT_READY', `${this.name} has ended; the end of ${this.log}:\n${this.logTail()}`);
  }

  logTail(): string {
    return existsSync(this.log) ? lastLines(readFileSync(this.log, 'utf8')) : '';
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const running = this.process;
    if (running) await stopProcess(running, { signal });
    rmSync(this.#pidFile, { force: true });
  }
}
