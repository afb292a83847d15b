import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { lastLines } from '../../../scripts/run-command.ts';

/**
 * Asks a judge. Exit status 0, nothing found, and 1, something found, are verdicts; anything else is a failure of its own.
 *
 * @returns what it printed
 * @throws Error with what it said when it didn't judge
 */
export async function ask(
  argv: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const [program, ...args] = argv as [string, ...string[]];
  const env = { ...process.env, ...options.env };
  try {
    return (await promisify(execFile)(program, args, { ...options, env, maxBuffer: 64 << 20 })).stdout;
  } catch (cause) {
    const { code, stdout, stderr } = cause as { code?: unknown; stdout?: string; stderr?: string };
    if (code === 1 && stdout) return stdout;
    throw new Error(`${argv.join(' ')} ended with ${code}: ${lastLines(stderr ?? '')}`, { cause });
  }
}
