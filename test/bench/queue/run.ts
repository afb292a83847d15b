/**
 * How long a backlog waits while hot keys come back all the time, and one namespace's edit while another's flood; beside a line in order of arrival.
 *
 *   node test/bench/queue/run.ts
 *
 * 60 hot keys, each added again as soon as its pass of 20 ms is over, and a backlog of 100 keys of the same namespace; one worker,
 * then eight. Fails when a key of the backlog is served later than as the take that the documented bound names.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { NORMAL_PER_LOW } from '../../../reconciler/runtime/waiting-keys.ts';
import { WorkQueue } from '../../../reconciler/runtime/work-queue.ts';

const HOT = 60;
const BACKLOG = 100;
const PASS_MS = 20;
const QUIET = ['quiet/a', 'quiet/b', 'quiet/c'];

interface Result {
  /** Of the last of the backlog, by number and in milliseconds. */
  readonly lastTake: number;
  readonly lastMs: number;
  /** The longest that an edit in the quiet namespace waited, in milliseconds. */
  readonly quietMs: number;
}

async function run(workers: number): Promise<Result> {
  const observer = { onAdd: () => {}, onDepth: () => {}, onGet: () => {}, onRetry: () => {} };
  const queue = new WorkQueue({ now: () => performance.now(), random: Math.random, observer });
  for (let n = 0; n < HOT; n++) queue.add(`busy/hot-${n}`);
  for (let n = 0; n < BACKLOG; n++) queue.add(`busy/backlog-${n}`, 'Low');
  const started = performance.now();
  const edited = new Map<string, number>();
  let [takes, left, lastTake, lastMs, quietMs] = [0, BACKLOG, 0, 0, 0];
  const work = async () => {
    for (let key = await queue.get(); key !== undefined; key = await queue.get()) {
      takes++;
      const now = performance.now();
      const since = edited.get(key);
      if (since !== undefined) quietMs = Math.max(quietMs, now - since);
      if (key.startsWith('busy/backlog-')) {
        [lastTake, lastMs] = [takes, now - started];
        if (--left === 0) queue.close();
      }
      await sleep(PASS_MS);
      if (key.startsWith('busy/hot-')) queue.add(key);
      queue.done(key);
    }
  };
  const editing = setInterval(() => {
    const key = QUIET[Math.floor(Math.random() * QUIET.length)]!;
    edited.set(key, performance.now());
    queue.add(key);
  }, 500);
  await Promise.all(Array.from({ length: workers }, work));
  clearInterval(editing);
  return { lastTake, lastMs, quietMs };
}

/** The last key of the backlog has all others of it ahead; the quiet namespace may have its turn in each round. */
const atMostTakes = 2 * BACKLOG * (NORMAL_PER_LOW + 1);
for (const workers of [1, 8]) {
  const { lastTake, lastMs, quietMs } = await run(workers);
  const inOrder = (HOT * PASS_MS) / workers;
  console.log(
    `${workers} workers: the last of ${BACKLOG} in the backlog after ${(lastMs / 1_000).toFixed(1)} s, as take ${lastTake} of at most ${atMostTakes}; ` +
      `an edit elsewhere after at most ${quietMs.toFixed(0)} ms (one line for all: ${inOrder.toFixed(0)} ms)`,
  );
  if (lastTake > atMostTakes) {
    console.error('The bound is not kept');
    process.exitCode = 1;
  }
}
