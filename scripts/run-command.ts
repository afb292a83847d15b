import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Thrown when a command can't be started, fails or takes too long; the message ends with the last lines that it wrote. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code = 'ERR_COMMAND_FAILED';
  /** Exit status; undefined when it never started or was killed. */
  readonly exitCode: number | undefined;

  constructor(message: string, exitCode?: number, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** How a command is run. */
export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Written to its standard input, which is closed then. */
  readonly input?: string;
  /** Called with every line of both outputs as it comes. */
  readonly onLine?: (line: string) => void;
  /** @default no limit */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs one command to its end.
 *
 * @returns its standard output
 * @throws CommandError
 */
export async function runCommand(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const [command, ...args] = argv as [string, ...string[]];
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    timeout: options.timeoutMs,
    signal: options.signal,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A command that exits without reading its input is judged by its exit status.
  child.stdin.on('error', () => {}).end(options.input);
  const out = collect(child.stdout, options.onLine);
  const err = collect(child.stderr, options.onLine);

  const line = [basename(command), ...args].join(' ');
  const name = line.length > 160 ? `${line.slice(0, 159)}…` : line;
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(new CommandError(`${name}: ${cause.message}`, undefined, { cause })));
    child.on('close', (status, signal) => {
      if (status === 0) {
        resolve(out());
        return;
      }
      const how = signal ? `was ended by ${signal}` : `failed with exit status ${status}`;
      const said = lastLines(err()) || lastLines(out());
      reject(new CommandError([`${name} ${how}`, said].filter(Boolean).join('\n'), status ?? undefined));
    });
  });
}

/** Gathers what a stream says. @returns all of it so far, when called */
function collect(stream: Readable, onLine: ((line: string) => void) | undefined): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  if (onLine) createInterface({ input: stream }).on('line', onLine);
  return () => text;
}

/** The end of a program's output, short enough for an error message. */
export function lastLines(text: string, count = 12): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/** Whether a command can be started and succeeds. Its output is dropped. */
export async function succeeds(argv: readonly string[], options: RunOptions = {}): Promise<boolean> {
  try {
    await runCommand(argv, { timeoutMs: 10_000, ...options });
    return true;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}
