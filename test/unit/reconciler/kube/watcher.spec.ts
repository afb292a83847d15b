import { expect } from 'chai';
import type { KubeClient } from '../../../../reconciler/kube/client.ts';
import { SERVICES } from '../../../../reconciler/kube/core-types.ts';
import type { KubeObject } from '../../../../reconciler/kube/object.ts';
import type { WatchEvent } from '../../../../reconciler/kube/watch-event.ts';
import { type Delta, isOverdue, START, type WatchState } from '../../../../reconciler/kube/watch-machine.ts';
import { runWatcher } from '../../../../reconciler/kube/watcher.ts';
import { object } from './builders.ts';

const END = { 'k8s.io/initial-events-end': 'true' };
const added = (name: string): WatchEvent => ({ type: 'ADDED', object: object(name, { resourceVersion: '1' }) });
const bookmark = (annotations = {}): WatchEvent => ({
  type: 'BOOKMARK',
  object: object('b', { resourceVersion: '2', annotations }),
});

/** Watches a server that sends an event every 10 s by a turned clock, until it is asked for a list or has sent all of them. */
async function watchServer(events: readonly WatchEvent[], listed: KubeObject[] = []) {
  const stop = new AbortController();
  let now = 0;
  let listedAt: number | undefined;
  const failures: string[] = [];
  const deltas: Delta[] = [];
  const client = {
    async *watch() {
      if (listedAt !== undefined) return stop.abort();
      for (const event of events) {
        now += 10_000;
        yield [event];
      }
      stop.abort();
    },
    list: async () => {
      listedAt = now;
      return { items: listed, resourceVersion: '9' };
    },
  } as unknown as KubeClient;
  await runWatcher(
    {
      ...{ client, type: SERVICES, listOptions: {}, random: () => 0, now: () => now, timeoutSeconds: 290 },
      mayBeSilent: () => true,
      onDeltas: (changes) => deltas.push(...changes),
      onFailure: (error) => failures.push((error as Error).message),
    },
    stop.signal,
  );
  return { listedAt, failures, deltas: deltas.map(({ type }) => type) };
}

describe('watcher', () => {
  it('lists in pages when a stream goes on for a minute without saying that it is complete', async () => {
    const events = Array.from({ length: 100 }, (_, i) => (i % 2 ? bookmark() : added(`a${i}`)));
    const { listedAt, failures, deltas } = await watchServer(events, [object('a')]);
    expect(listedAt).to.equal(70_000);
    expect(failures).to.deep.equal(['the stream of services does not say that it is complete']);
    expect(deltas.slice(-3)).to.deep.equal(['ReplaceStarted', 'Upsert', 'ReplaceEnded']);
  });

  it('keeps a stream that was complete in time, however long it goes on as a watch', async () => {
    const rest = Array.from({ length: 100 }, (_, i) => added(`later${i}`));
    const { listedAt, failures } = await watchServer([added('a'), bookmark(END), ...rest]);
    expect(listedAt).to.equal(undefined);
    expect(failures).to.deep.equal([]);
  });

  it('judges a stream by its age, and a watch not at all', () => {
    const watching: WatchState = { phase: 'Watching', resourceVersion: '1', proven: false, failures: 0 };
    expect([isOverdue(START, 60_000), isOverdue(START, 60_001), isOverdue(watching, 1e9)]).to.deep.equal([
      ...[false, true, false],
    ]);
  });
});
