/** Reads the command line, starts the peer server and handles signals: what {@link ./main.ts} loads. */
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import manifest from '../package.json' with { type: 'json' };
import { PeerServer } from './peer-server.ts';
import { createStdout } from './process/stdout.ts';
import { ConfigError } from './protocol/config-error.ts';

/** The exit code for a command line or a config that can't be used. */
const EXIT_BAD_CONFIG = 2;
/** How long the end waits for whoever reads the log. */
const LAST_LINES_MS = 1_000;

try {
  await run();
} catch (error) {
  process.stderr.write(`rollcall server: ${(error as Error).message}\n`);
  process.exit(isUsageError(error) ? EXIT_BAD_CONFIG : 1);
}

async function run(): Promise<void> {
  const args = process.argv.slice(process.argv[2] === 'server' ? 3 : 2);
  const { values } = parseArgs({ args, options: { config: { type: 'string' } } });
  const configFile = values.config ?? process.env.ROLLCALL_CONFIG;
  if (!configFile) throw new ConfigError('UNREADABLE', 'name the config file: --config FILE or $ROLLCALL_CONFIG');
  const sink = createStdout();
  const ownName = process.env.POD_NAME || hostname();
  const server = await PeerServer.start({ configFile, ownName, version: manifest.version, sink });

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

function isUsageError(error: unknown): boolean {
  return error instanceof ConfigError || String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
}
