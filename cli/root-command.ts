import type { Command } from 'commander';
import { createCommand } from '../server/process/command-line.ts';
import { COMMANDS } from './commands.ts';

/** `rollcall` itself, which is asked only for help, its version, or a command that doesn't exist. */
export function rootCommand(): Command {
  const root = createCommand('rollcall')
    .description('Shows which peers can reach which, in a Kubernetes cluster or anywhere else.')
    .helpCommand('help [command]', 'Print the help of a command.');
  for (const [name, { summary }] of Object.entries(COMMANDS)) root.command(name).description(summary);
  return root;
}
