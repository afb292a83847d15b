/** `rollcall COMMAND …`: runs the program of that name. In the image it is the first process of every container. */
import { COMMANDS } from './commands.ts';

// The kernel drops signals that a container's first process doesn't handle: told to end while a program still loads, its
// pod would take the whole grace period. Once the program listens itself, this is out of the way.
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(128 + number);
  });
}

const [first = '', second] = process.argv.slice(2);
// `rollcall help verify` is `rollcall verify --help`.
const isHelp = first === 'help' && second !== undefined;
const name = isHelp ? second : first;
if (Object.hasOwn(COMMANDS, name)) {
  // A program reads its arguments where it does when it is started by itself.
  process.argv.splice(2, isHelp ? Number.POSITIVE_INFINITY : 1, ...(isHelp ? ['--help'] : []));
  await COMMANDS[name]!.run();
} else {
  const [{ runCommandLine }, { rootCommand }] = await Promise.all([
    import('../server/process/command-line.ts'),
    import('./root-command.ts'),
  ]);
  await runCommandLine(rootCommand(), isHelp ? [second] : process.argv.slice(2));
}
