import { spawn } from 'node:child_process';
import { ClusterError } from './errors.ts';

/** How `run` starts a command. */
export interface RunOptions {
  /** Text for its standard input. @default none, the input is closed */
  readonly input?: string;
  /** @default this process's folder */
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Killed after this many milliseconds. @default no limit */
  readonly timeoutMs?: number;
}

/**
 * Runs a command to its end.
 *
 * @returns its standard output
 * @throws ClusterError ERR_COMMAND_FAILED with the last lines that it wrote to standard error
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      timeout: options.timeoutMs,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.stdin.on('error', () => {}); // it may end without reading its input; its exit code says what happened
    child.stdin.end(options.input);
    child.once('error', (cause) => reject(failure(command, args, cause.message, cause)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(out);
      else reject(failure(command, args, lastLines(err) || lastLines(out) || `exit ${code ?? signal}`));
    });
  });
}

/** The end of a program's output, short enough for an error message. */
export function lastLines(text: string, count = 12): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

function failure(command: string, args: readonly string[], reason: string, cause?: Error): ClusterError {
  const line = [command, ...args].join(' ');
  const shown = line.length > 160 ? `${line.slice(0, 157)}...` : line;
  return new ClusterError('ERR_COMMAND_FAILED', `${shown}: ${reason}`, { cause });
}
