import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };

/** Exit status for a command line that makes no sense. */
const EXIT_USAGE = 2;

/** Thrown when a command line makes no sense; the message is one line that names what is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'ERR_USAGE';
}

/**
 * A command with what all of ours have in common: `-h`, `--help` and `--version`, no abbreviations, and no operands but those that
 * it names. Its `parse` throws {@link UsageError}, or commander's own error once it has printed help or the version.
 *
 * @param name as the user types it: `rollcall verify`
 */
export function createCommand(name: string): Command {
  return new Command(name)
    .version(manifest.version, '--version', 'Print the version.')
    .helpOption('-h, --help', 'Print this help.')
    .helpCommand(false)
    .allowExcessArguments(false)
    .configureHelp({ helpWidth: 100 })
    .configureOutput({ outputError: () => {} })
    .exitOverride((error) => {
      if (error.exitCode === 0) throw error;
      if (error.code === 'commander.help') {
        process.exitCode = EXIT_USAGE;
        throw error;
      }
      // `error: unknown option '--tiemout'\n(Did you mean --timeout?)`
      throw new UsageError(error.message.replace(/^error: /, '').replaceAll('\n', ' '), { cause: error });
    });
}

/**
 * Reads a command line at the top of a script: once it has printed help, or what makes no sense, the process ends as with
 * {@link runCommandLine}.
 */
export function parseOrExit(command: Command, args: readonly string[] = process.argv.slice(2)): Command {
  try {
    return command.parse(helpAsOption(command, args), { from: 'user' });
  } catch (error) {
    endAfter(error, command);
    process.exit();
  }
}

/**
 * Runs a command by this process's command line. What makes no sense, whether the library or the command's action finds it, ends
 * the process with status 2 and one line on standard error. `help` alone means `--help`, unless the command takes a list of names.
 */
export async function runCommandLine(command: Command, args: readonly string[] = process.argv.slice(2)): Promise<void> {
  try {
    await command.parseAsync(helpAsOption(command, args), { from: 'user' });
  } catch (error) {
    endAfter(error, command);
  }
}

function helpAsOption(command: Command, args: readonly string[]): readonly string[] {
  const takesNames = command.registeredArguments.some(({ variadic }) => variadic);
  return args.length === 1 && args[0] === 'help' && !takesNames ? ['--help'] : args;
}

/** @throws what is neither of the library nor a {@link UsageError} */
function endAfter(error: unknown, command: Command): void {
  // Help or the version was printed.
  if (error instanceof CommanderError) return;
  if (!(error instanceof UsageError)) throw error;
  // `npm run image --`: what follows is the script's own.
  console.error(`${command.name().replace(/ --$/, '')}: ${error.message}`);
  process.exitCode = EXIT_USAGE;
}
