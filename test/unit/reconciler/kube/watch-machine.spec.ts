import { expect } from 'chai';
import * as fc from 'fast-check';
import { WATCH_BACKOFF } from '../../../../reconciler/kube/backoff.ts';
import { START, step, type WatchInput, type WatchState } from '../../../../reconciler/kube/watch-machine.ts';
import { object } from './builders.ts';

const take = (state: WatchState, ...inputs: WatchInput[]): WatchState =>
  inputs.reduce((now, input) => step(now, input, WATCH_BACKOFF, () => 0.5).state, state);

const page = (resourceVersion: string, next?: string): WatchInput => ({
  type: 'Page',
  page: { items: [], resourceVersion, ...(next === undefined ? {} : { next }) },
});
const bookmark = (resourceVersion: string): WatchInput => ({
  type: 'Event',
  event: { type: 'BOOKMARK', object: object('b', { resourceVersion }) },
});
const added = (name: string): WatchInput => ({
  type: 'Event',
  event: { type: 'ADDED', object: object(name, { resourceVersion: '1' }) },
});
const completeAt = (resourceVersion: string): WatchInput => ({
  type: 'Event',
  event: {
    type: 'BOOKMARK',
    object: object('b', { resourceVersion, annotations: { 'k8s.io/initial-events-end': 'true' } }),
  },
});
const complete = completeAt('7');
const REFUSED: WatchInput = { type: 'Failed', gone: false, rejected: true };
const LISTING: WatchState = { phase: 'Listing', whole: false, failures: 0 };
const FAILED: WatchInput = { type: 'Failed', gone: false };
const GONE: WatchInput = { type: 'Failed', gone: true };
const WAITED: WatchInput = { type: 'Waited' };
const ENDED: WatchInput = { type: 'Ended' };

describe('watch machine', () => {
  it('asks for everything by a stream, which goes on as a watch when it is complete', () => {
    const stream = [added('a'), bookmark('5'), added('b'), complete];
    const changes: string[] = [];
    let state: WatchState = START;
    for (const input of stream) {
      const next = step(state, input, WATCH_BACKOFF, () => 0.5);
      changes.push(...next.changes.map(({ type }) => type));
      state = next.state;
    }
    expect(changes).to.deep.equal(['ReplaceStarted', 'Upsert', 'Upsert', 'ReplaceEnded']);
    expect(state).to.include({ phase: 'Watching', resourceVersion: '7' });
  });

  it('takes an empty stream for an empty list', () => {
    const { changes } = step(START, complete, WATCH_BACKOFF, () => 0.5);
    expect(changes.map(({ type }) => type)).to.deep.equal(['ReplaceStarted', 'ReplaceEnded']);
  });

  it('lists in pages, at once, when streams are refused', () => {
    expect(take(START, REFUSED)).to.deep.equal(LISTING);
  });

  it('lists in pages, after its delay, when a stream broke off, whatever the reason', () => {
    for (const end of [FAILED, GONE, ENDED]) {
      expect(take(START, added('a'), end)).to.include({ phase: 'Waiting' });
      expect(take(START, added('a'), end, WAITED)).to.include({ phase: 'Listing' });
    }
  });

  it('watches from where the list ended', () => {
    expect(take(LISTING, page('7'))).to.include({ phase: 'Watching', resourceVersion: '7' });
  });

  it('asks for the next page until there is none', () => {
    expect(take(LISTING, page('7', 'token'))).to.include({ phase: 'Listing', page: 'token' });
  });

  it('tells the cache where a replacement begins and ends, once for all pages', () => {
    const first = step(LISTING, page('7', 'token'), WATCH_BACKOFF, Math.random);
    const last = step(first.state, page('7'), WATCH_BACKOFF, Math.random);
    expect([...first.changes, ...last.changes].map(({ type }) => type)).to.deep.equal([
      'ReplaceStarted',
      'ReplaceEnded',
    ]);
  });

  it('goes on from the last bookmark after the server ended the watch', () => {
    expect(take(LISTING, page('7'), bookmark('9'), ENDED)).to.include({ phase: 'Watching', resourceVersion: '9' });
  });

  it('goes on from where it stood after a broken connection', () => {
    expect(take(LISTING, page('7'), bookmark('9'), FAILED, WAITED)).to.include({
      phase: 'Watching',
      resourceVersion: '9',
    });
  });

  it('lists again when its version is gone', () => {
    expect(take(LISTING, page('7'), GONE, WAITED)).to.include({ phase: 'Streaming' });
  });

  it('asks for the whole list at once when its pages expired while it read them', () => {
    expect(take(LISTING, page('7', 'token'), GONE, WAITED)).to.include({ phase: 'Listing', whole: true });
  });

  it('waits before it opens a watch again that ended without having shown anything', () => {
    expect(take(LISTING, page('7'), ENDED)).to.include({ phase: 'Waiting' });
  });

  it('waits as long as the server asks for, if that is longer than its own delay', () => {
    expect(take(START, { type: 'Failed', gone: false, retryAfterMs: 12_345 })).to.include({ delayMs: 12_345 });
  });

  it('counts failures over list and watch until a watch has shown something', () => {
    const failing = take(LISTING, page('7'), GONE, WAITED, complete, GONE, WAITED, complete);
    expect(failing.failures).to.equal(2);
    expect(take(failing, bookmark('10')).failures).to.equal(0);
  });

  it('never watches from a version that was called gone, whatever happens', () => {
    const inputs = fc.constantFrom<'page' | 'event' | 'end' | 'fail' | 'gone' | 'wait'>(
      'page',
      'event',
      'end',
      'fail',
      'gone',
      'wait',
    );
    void fc.assert(
      fc.property(fc.array(inputs, { maxLength: 60 }), (script) => {
        let state: WatchState = START;
        let version = 0;
        const gone = new Set<string>();
        for (const name of script) {
          if (name === 'gone' && state.phase === 'Watching') gone.add(state.resourceVersion);
          const input = possible(state, name, () => String(++version));
          if (input !== undefined) state = step(state, input, WATCH_BACKOFF, Math.random).state;
          if (state.phase === 'Watching' && gone.has(state.resourceVersion)) return false;
        }
        return true;
      }),
    );
  });
});

/** The input of this name, if it can happen in this state. */
function possible(state: WatchState, name: string, next: () => string): WatchInput | undefined {
  switch (name) {
    case 'page':
      return state.phase === 'Listing' ? page(next()) : undefined;
    case 'event':
      if (state.phase === 'Streaming') return completeAt(next());
      return state.phase === 'Watching' ? bookmark(next()) : undefined;
    case 'end':
      return state.phase === 'Watching' || state.phase === 'Streaming' ? ENDED : undefined;
    case 'wait':
      return state.phase === 'Waiting' ? WAITED : undefined;
    default:
      return state.phase === 'Waiting' ? undefined : name === 'gone' ? GONE : FAILED;
  }
}
