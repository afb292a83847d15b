import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';

/** Thrown when a command can't be started, fails or takes too long; the message ends with the last lines that it wrote. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code = 'COMMAND_FAILED';
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
  readonly env?: Readonly<Record<string, string>>;
  /** Written to its standard input, which is closed then. */
  readonly input?: string;
  /** Called with every line of both outputs as it comes. */
  readonly onLine?: (line: string) => void;
  /** @default no limit */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Lines of standard error that an error repeats. */
const TAIL_LINES = 15;

/**
 * Runs one command to its end.
 *
 * @returns its standard output, without the last newline
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

  const out: string[] = [];
  const tail: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    out.push(line);
    options.onLine?.(line);
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    options.onLine?.(line);
  });

  const line = [basename(command), ...args].join(' ');
  const name = line.length > 120 ? `${line.slice(0, 119)}…` : line;
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(new CommandError(`${name}: ${cause.message}`, undefined, { cause })));
    child.on('close', (status, signal) => {
      if (status === 0) {
        resolve(out.join('\n'));
        return;
      }
      const how = signal ? `was ended by ${signal}` : `failed with exit status ${status}`;
      reject(new CommandError([`${name} ${how}`, ...tail].join('\n'), status ?? undefined));
    });
  });
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
