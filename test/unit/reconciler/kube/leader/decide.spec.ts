import { expect } from 'chai';
import fc from 'fast-check';
import { type Candidate, nextStep, observe } from '../../../../../reconciler/kube/leader/decide.ts';
import type { LeaseRecord } from '../../../../../reconciler/kube/leader/lease-record.ts';
import { DEFAULT_FLAGS } from '../../../../support/default-flags.ts';

const { times: DEFAULT_TIMES } = DEFAULT_FLAGS.election!;

const lease = (holder: string, resourceVersion = '1'): LeaseRecord => ({
  ...{ holder, resourceVersion, transitions: 0, durationMs: 15_000 },
  ...{ renewTime: '', acquireTime: '' },
});

const fresh: Candidate = { identity: 'a', renewedAt: undefined, observed: undefined, othersSeenAt: undefined };
const leader = (renewedAt: number, seen: LeaseRecord | undefined): Candidate => ({
  ...{ ...fresh, renewedAt },
  observed: { lease: seen, since: renewedAt },
});

describe('a candidate for the lease', () => {
  it('reads it first, and creates it where there is none', () => {
    expect(nextStep(fresh, 0, DEFAULT_TIMES).type).to.equal('Read');
    expect(nextStep(observe(fresh, undefined, 0), 0, DEFAULT_TIMES).type).to.equal('Create');
  });

  it('waits until it has seen no renewal for 15 s by its own clock, whatever the times in the lease say', () => {
    const seen = observe(fresh, { ...lease('b'), renewTime: '1999-01-01T00:00:00.000000Z' }, 100);
    expect(nextStep(seen, 15_099, DEFAULT_TIMES)).to.deep.equal({ type: 'Wait', ms: 1 });
    expect(nextStep(seen, 15_100, DEFAULT_TIMES).type).to.equal('Acquire');
    const again = observe(seen, lease('b', '2'), 15_000);
    expect(nextStep(again, 29_999, DEFAULT_TIMES).type).to.equal('Wait');
  });

  it('acquires at once what was released', () => {
    expect(nextStep(observe(fresh, lease(''), 0), 0, DEFAULT_TIMES).type).to.equal('Acquire');
  });

  it('does not believe that it leads because somebody wrote its name there', () => {
    expect(nextStep(observe(fresh, lease('a'), 0), 0, DEFAULT_TIMES).type).to.equal('Wait');
  });

  it('does not take a deleted lease for a free one while its last holder may still write', () => {
    const deleted = observe(observe(fresh, lease('b'), 0), undefined, 1_000);
    expect(nextStep(deleted, 14_999, DEFAULT_TIMES).type).to.equal('Wait');
    expect(nextStep(deleted, 15_000, DEFAULT_TIMES).type).to.equal('Create');
  });
});

describe('a leader', () => {
  it('renews', () => {
    expect(nextStep(leader(0, lease('a')), 2_000, DEFAULT_TIMES).type).to.equal('Renew');
  });

  it('steps down when it has not renewed for 10 s, and when the lease is deleted, released or held by another', () => {
    expect(nextStep(leader(0, lease('a')), 10_000, DEFAULT_TIMES).type).to.equal('StepDown');
    for (const seen of [undefined, lease(''), lease('b')]) {
      expect(nextStep(leader(0, seen), 1, DEFAULT_TIMES).type).to.equal('StepDown');
    }
  });
});

/**
 * Several candidates, an API server that keeps one Lease and answers as slowly as it likes, and a history of what happens to
 * them. Their clocks run at the same pace from different origins.
 */
class Election {
  now = 0;
  stored: LeaseRecord | undefined;
  version = 0;
  readonly #later: { at: number; run: () => void }[] = [];
  readonly candidates: { state: Candidate; sent: object | undefined; frozen: number }[];

  constructor(count: number) {
    this.candidates = Array.from({ length: count }, (_, index) => ({
      state: { ...fresh, identity: `c${index}` },
      sent: undefined,
      frozen: 0,
    }));
  }

  /** Who may write at this moment. */
  writers(): string[] {
    return this.candidates
      .filter(({ state }) => state.renewedAt !== undefined && this.now - state.renewedAt < DEFAULT_TIMES.renewMs)
      .map(({ state }) => state.identity);
  }

  /** The candidate sends what it decides; the API server carries it out at once or late, and the answer comes late. */
  act(index: number, serverMs: number, answerMs: number): void {
    const candidate = this.candidates[index]!;
    if (candidate.frozen > this.now || candidate.sent !== undefined) return;
    const { state } = candidate;
    const step = nextStep(state, this.now, DEFAULT_TIMES);
    if (step.type === 'StepDown') {
      candidate.state = { ...state, renewedAt: undefined };
      return;
    }
    const at = this.now;
    const sent = {};
    // A process that has been restarted meanwhile gets no answer.
    const take = (next: () => Candidate) => {
      if (candidate.sent !== sent) return;
      candidate.sent = undefined;
      candidate.state = next();
    };
    let done: () => void;
    const carryOut = () => {
      if (step.type === 'Read' || step.type === 'Wait') {
        const seen = this.stored;
        done = () => take(() => observe(candidate.state, seen, this.now));
        return;
      }
      const before = step.type === 'Create' ? undefined : step.lease;
      if (this.stored?.resourceVersion !== before?.resourceVersion) {
        const seen = this.stored;
        done = () => take(() => observe(candidate.state, seen, this.now));
        return;
      }
      const written = lease(state.identity, String(++this.version));
      this.stored = written;
      done = () => take(() => ({ ...observe(candidate.state, written, this.now), renewedAt: at }));
    };
    candidate.sent = sent;
    this.#later.push({ at: at + serverMs, run: carryOut }, { at: at + serverMs + answerMs, run: () => done() });
  }

  restart(index: number): void {
    const { state } = this.candidates[index]!;
    this.candidates[index] = { state: { ...fresh, identity: `${state.identity}'` }, sent: undefined, frozen: 0 };
  }

  /** Time passes; what is due happens in its order. A frozen process reads its answers when it wakes. */
  pass(ms: number, check: () => void): void {
    const end = this.now + ms;
    for (;;) {
      this.#later.sort((a, b) => a.at - b.at);
      const next = this.#later[0];
      if (next === undefined || next.at > end) break;
      this.#later.shift();
      this.now = Math.max(this.now, next.at);
      next.run();
      check();
    }
    this.now = end;
    check();
  }
}

type Happening =
  | { readonly type: 'act'; readonly who: number; readonly serverMs: number; readonly answerMs: number }
  | { readonly type: 'pass'; readonly ms: number }
  | { readonly type: 'freeze'; readonly who: number; readonly ms: number }
  | { readonly type: 'restart'; readonly who: number }
  | { readonly type: 'overwrite' | 'delete' };

const happening = (type: 'restart' | 'delete'): fc.Arbitrary<Happening> => {
  const who = fc.nat(2);
  const slow = fc.oneof(fc.nat(50), fc.nat(12_000));
  const ms = fc.oneof(fc.nat(2_500), fc.nat(20_000));
  return fc.oneof(
    { weight: 8, arbitrary: fc.record({ type: fc.constant('act' as const), who, serverMs: slow, answerMs: slow }) },
    { weight: 8, arbitrary: fc.record({ type: fc.constant('pass' as const), ms }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('freeze' as const), who, ms: fc.nat(60_000) }) },
    { weight: 1, arbitrary: fc.constant({ type: 'overwrite' as const }) },
    { weight: 1, arbitrary: type === 'delete' ? fc.constant({ type }) : fc.record({ type: fc.constant(type), who }) },
  );
};

/** Runs a history. @returns how often somebody could write */
function play(history: readonly Happening[]): number {
  const election = new Election(3);
  let led = 0;
  const check = () => {
    const writers = election.writers();
    led += writers.length;
    expect(writers.length, writers.join()).to.be.at.most(1);
  };
  for (const event of history) {
    if (event.type === 'act') election.act(event.who, event.serverMs, event.answerMs);
    else if (event.type === 'pass') election.pass(event.ms, check);
    else if (event.type === 'freeze') election.candidates[event.who]!.frozen = election.now + event.ms;
    else if (event.type === 'overwrite') election.stored = lease('somebody', String(++election.version));
    else if (event.type === 'delete') election.stored = undefined;
    else if (event.type === 'restart') election.restart(event.who);
    check();
  }
  return led;
}

describe('an election', function () {
  this.timeout(20_000);

  for (const type of ['restart', 'delete'] as const) {
    it(`never lets two write at once, whatever is slow, frozen or overwritten by hand, with a ${type}`, () => {
      let led = 0;
      // A candidate that has never seen who leads takes a deleted Lease for a free one: all have seen it here.
      const begin: Happening[] = [0, 1, 2].flatMap((who) => [
        { type: 'act', who, serverMs: 0, answerMs: 0 },
        { type: 'pass', ms: 1 },
        { type: 'act', who, serverMs: 0, answerMs: 0 },
        { type: 'pass', ms: 1 },
      ]);
      fc.assert(
        fc.property(fc.array(happening(type), { maxLength: 60 }), (history) => {
          led += play([...begin, ...history]);
        }),
        { numRuns: 1_000 },
      );
      expect(led).to.be.greaterThan(1_000);
    });
  }
});
