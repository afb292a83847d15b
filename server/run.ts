/** `rollcall server`: starts the peer server and handles signals. {@link ./main.ts} loads it. */
import { hostname } from 'node:os';
import manifest from '../package.json' with { type: 'json' };
import { PeerServer } from './peer-server.ts';
import { createCommand, runCommandLine, UsageError } from './process/command-line.ts';
import { createStdout } from './process/stdout.ts';
import { ConfigError } from './protocol/errors.ts';

/** How long the end waits for whoever reads the log. */
const LAST_LINES_MS = 1_000;

const command = createCommand('rollcall server')
  .description('Runs a peer: answers pings, pings the peers in its config file, and reports what it finds.')
  .option('--config <file>', 'Path to the config file. (env: ROLLCALL_CONFIG)')
  .action(({ config = process.env.ROLLCALL_CONFIG }: { readonly config?: string }) => start(config));
try {
  await runCommandLine(command);
  // Nothing that was opened on the way may keep a process that can't start.
  if (process.exitCode) process.exit();
} catch (error) {
  process.stderr.write(`${command.name()}: ${(error as Error).message}\n`);
  process.exit(1);
}

/** @throws {UsageError} when there is no configuration that can be used */
async function start(configFile: string | undefined): Promise<void> {
  if (!configFile) throw new UsageError('--config FILE or $ROLLCALL_CONFIG is required');
  const sink = createStdout();
  const ownName = process.env.POD_NAME || hostname();
  const server = await PeerServer.start({ configFile, ownName, version: manifest.version, sink }).catch((cause) => {
    throw cause instanceof ConfigError ? new UsageError(cause.message, { cause }) : cause;
  });

  let stopping = false;
  const stop = async (drain: boolean): Promise<void> => {
    // Whoever asks twice doesn't want to wait.
    if (stopping) process.exit(1);
    stopping = true;
    await server.stop(drain);
    await sink.drain(LAST_LINES_MS);
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop(true));
  process.on('SIGINT', () => void stop(false));
  process.on('SIGHUP', () => void server.reload());
  // Who started this process with a channel to it has ended, however that came about.
  process.on('disconnect', () => void stop(false));
}
