import type { Command } from 'commander';
import { createCommand } from '../server/process/command-line.ts';
import { COMMANDS } from './commands.ts';

/** `rollcall` itself, which is asked only for help, its version, or a command that doesn't exist. */
export function rootCommand(): Command {
  const root = createCommand('rollcall')
    .description('Checks connectivity between peers, in Kubernetes or elsewhere.')
    .helpCommand('help [command]', 'Print the help of a command.');
  for (const [name, { summary }] of Object.entries(COMMANDS)) root.command(name).description(summary);
  return root;
}
