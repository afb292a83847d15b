import { type RunOptions, runCommand } from '../../scripts/run-command.ts';
import { ClusterError } from './errors.ts';

/**
 * Runs a command to its end.
 *
 * @returns its standard output
 * @throws ClusterError ERR_COMMAND_FAILED with the last lines that it wrote to standard error
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  try {
    return await runCommand([command, ...args], options);
  } catch (cause) {
    throw new ClusterError('ERR_COMMAND_FAILED', (cause as Error).message, { cause });
  }
}
