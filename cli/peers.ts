/** `rollcall peers [N]`, also `npm run peers -- N`: peer servers as plain processes that ping each other, until Ctrl-C. */
import { onNpmEnd } from '../scripts/npm-parent.ts';
import { createCommand, runCommandLine, UsageError } from '../server/process/command-line.ts';
import { startLocalPeers } from './peers/local-peers.ts';

const DEFAULT_COUNT = 5;
const MAX_COUNT = 50;

const command = createCommand('rollcall peers')
  .description('Runs peers as processes on this machine that ping each other every 2 s, until Ctrl-C.')
  .argument('[count]', `Number of peers, 1 to ${MAX_COUNT}.`, readCount, DEFAULT_COUNT)
  .action(run);
await runCommandLine(command);

function readCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MAX_COUNT) return count;
  throw new UsageError(`count must be a whole number from 1 to ${MAX_COUNT}, not "${text}"`);
}

async function run(count: number): Promise<void> {
  const peers = await startLocalPeers({
    count,
    command: [process.execPath, process.argv[1]!, 'server'],
    onLine: (line) => console.log(line),
  });
  console.log(
    `${count} peers ping each other every 2 s until Ctrl-C. Report of the first: ${peers.adminUrls[0]}/report`,
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void peers.stop());
  // Its reader has gone: `rollcall peers | head`.
  process.stdout.on('error', () => void peers.stop());
  onNpmEnd(() => void peers.stop());
  await peers.ended;
}
