import { type Command, Option } from 'commander';
import { createCommand } from '../../server/process/command-line.ts';
import type { TypedFlags } from './flag-values.ts';
import { type Flags, readFlags } from './read-flags.ts';
import { FLAGS, type FlagName, type FlagSpec } from './table.ts';

const NAMES = Object.keys(FLAGS) as FlagName[];

/** `rollcall operator`. @param run called with the flags that were read */
export function operatorCommand(
  env: Readonly<Record<string, string | undefined>>,
  run: (flags: Flags) => void | Promise<void>,
): Command {
  const command = createCommand('rollcall operator')
    .summary('Run the operator.')
    .description(
      'Reconciles PeerGroups, ComputeJobs and ComputeNodes. A flag takes precedence over its environment variable.',
    );
  const options = NAMES.map((name) => [name, optionOf(name, FLAGS[name])] as const);
  for (const [, option] of options) command.addOption(option);
  return command.action((values: Readonly<Record<string, string>>) => {
    const typed = options.flatMap(([name, option]) => {
      const value = values[option.attributeName()];
      return value === undefined ? [] : [[name, value] as const];
    });
    return run(readFlags(Object.fromEntries(typed) as TypedFlags, env));
  });
}

/** The default is only described: the environment has a say before it does. */
function optionOf(name: string, { env, value, default: preset, isRepeatable = false, help }: FlagSpec): Option {
  const origin = preset === undefined ? `env: ${env}` : `env: ${env}, default: ${preset}`;
  const option = new Option(`--${name} <${value}>`, `${help} (${origin})`);
  return isRepeatable ? option.argParser((next: string, before?: string) => join(before, next)) : option;
}

function join(before: string | undefined, next: string): string {
  return before === undefined ? next : `${before},${next}`;
}
