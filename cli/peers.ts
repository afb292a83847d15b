/** `npm run peers -- 5`: peer servers as plain processes that ping each other, until Ctrl-C. */

import { onNpmEnd } from '../scripts/npm-parent.ts';
import { startLocalPeers } from './peers/local-peers.ts';

const count = Number(process.argv[2] ?? 5);
if (!Number.isInteger(count) || count < 1 || count > 50) {
  console.error(`npm run peers -- N: N is a whole number from 1 to 50, not ${process.argv[2]}`);
  process.exit(2);
}
const peers = await startLocalPeers({ count, onLine: (line) => console.log(line) });
console.log(
  `${count} peers ping each other every 2 s; Ctrl-C ends them. Report of the first: ${peers.adminUrls[0]}/report`,
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void peers.stop());
onNpmEnd(() => void peers.stop());
await peers.ended;
