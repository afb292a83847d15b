import { expect } from 'chai';
import {
  type LinkEvent,
  type LinkState,
  newLinkState,
  type Outcome,
  resetBackoff,
  stepLink,
} from '../../../../server/links/link-state.ts';

/** Runs outcomes one second apart from a new link at time 0. */
function run(outcomes: readonly Outcome[], intervalMs = 1_000): { state: LinkState; events: LinkEvent[] } {
  let state = newLinkState(0);
  const events = outcomes.map((outcome, i) => {
    const step = stepLink(state, outcome, (i + 1) * 1_000, intervalMs);
    state = step.state;
    return step.event;
  });
  return { state, events };
}

const failed = (n: number): Outcome[] => new Array<Outcome>(n).fill('failed');
const types = (events: readonly LinkEvent[]) => events.map(({ type }) => type);

describe('link state', () => {
  it('is Up after the first reply', () => {
    const { state, events } = run(['ok', 'ok']);
    expect(state).to.deep.include({ status: 'Up', since: 1_000 });
    expect(types(events)).to.deep.equal(['first-reply', 'reply']);
  });

  it('stays Up over two failures in a row', () => {
    expect(run(['ok', ...failed(2), 'ok', ...failed(2)]).state.status).to.equal('Up');
  });

  it('is Down after three failures in a row and says so once', () => {
    const { state, events } = run(['ok', ...failed(3)]);
    expect(state.status).to.equal('Down');
    expect(types(events)).to.deep.equal(['first-reply', 'failure', 'failure', 'down']);
  });

  it('says something of a Down link at every power of two of failures only', () => {
    const { events } = run(failed(70));
    const spoken = types(events).flatMap((type, i) => (type === 'none' ? [] : [i + 1]));
    expect(spoken).to.deep.equal([1, 2, 3, 4, 8, 16, 32, 64]);
  });

  it('comes Up with the length of the outage, from its first failure', () => {
    const { events } = run(['ok', ...failed(4), 'ok']);
    expect(events.at(-1)).to.deep.equal({ type: 'up', failures: 4, outageMs: 4_000 });
  });

  it('doubles the distance between probes of a Down link to at most four intervals', () => {
    expect([3, 4, 5, 9].map((n) => run(failed(n)).state.backoff)).to.deep.equal([2, 4, 4, 4]);
  });

  it('probes at least once a minute where the interval allows it', () => {
    expect(run(failed(9), 20_000).state.backoff).to.equal(3);
    expect(run(failed(9), 60_000).state.backoff).to.equal(1);
    expect(run(failed(9), 3_600_000).state.backoff).to.equal(1);
  });

  it('probes at the normal rate again once there is a reason to', () => {
    const { state } = run(failed(9));
    expect(resetBackoff(state)).to.deep.equal({ ...state, backoff: 1 });
  });

  it('takes a draining peer for no failure and says so once', () => {
    const { state, events } = run(['ok', 'failed', 'draining', 'draining', 'failed']);
    expect(state).to.deep.include({ status: 'Up', failures: 2, draining: false });
    expect(types(events)).to.deep.equal(['first-reply', 'failure', 'failure', 'none', 'failure']);
  });

  it('keeps a link that must not work apart when its name does not resolve', () => {
    const { state, events } = run(['unresolved', 'unresolved', 'ok']);
    expect(state.status).to.equal('Up');
    expect(types(events)).to.deep.equal(['failure', 'none', 'first-reply']);
  });

  describe('when the prober could not ask', () => {
    it('keeps what it knows for two pings, then knows nothing, and says so once', () => {
      const { state, events } = run(['ok', 'unknown', 'unknown']);
      expect(state.status).to.equal('Up');
      expect(events.at(-1)).to.deep.equal({ type: 'none' });
      const later = run(['ok', 'unknown', 'unknown', 'unknown', 'unknown']);
      expect(later.state).to.include({ status: 'Unknown', failures: 0 });
      expect(later.events.slice(-2).map(({ type }) => type)).to.deep.equal(['unknown', 'none']);
    });

    it('counts failures on afterwards, as if those pings had not been', () => {
      expect(run(['failed', 'failed', 'unknown', 'failed']).state.status).to.equal('Down');
      expect(run(['ok', 'unknown', 'unknown', 'ok', 'unknown', 'unknown']).state.status).to.equal('Up');
    });

    it('ends an outage that it fell into with its length', () => {
      const { events } = run(['failed', 'failed', 'failed', 'unknown', 'unknown', 'unknown', 'ok']);
      expect(events.at(-1)).to.include({ type: 'up', failures: 3 });
    });
  });
});
