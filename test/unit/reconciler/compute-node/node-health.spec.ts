import { expect } from 'chai';
import fc from 'fast-check';
import {
  type NodeObservation,
  nodeHealth,
  type PreviousHealth,
} from '../../../../reconciler/compute-node/node-health.ts';
import { DEFAULT_FLAGS } from '../../../support/default-flags.ts';

const NOW = 1_000_000;
const NEW: PreviousHealth = { state: 'Pending', everReady: false };
const RUNNING: PreviousHealth = { state: 'Running', everReady: true };
const FAILED: PreviousHealth = { state: 'Failed', everReady: true };

const judge = (past: PreviousHealth, observed: NodeObservation) =>
  nodeHealth(past, observed, NOW, DEFAULT_FLAGS.nodeLimits);
const ready = (status: string, agoMs = 60_000) => ({ ready: { status, since: NOW - agoMs } });

describe('node state transitions', () => {
  it('keep a ComputeNode without a Node Pending', () => {
    expect(judge(NEW, {})).to.include({ state: 'Pending', reason: 'NodeNotFound' });
  });

  it('keep a Node that was never ready Pending, however long', () => {
    expect(judge(NEW, ready('False', 3_600_000))).to.include({ state: 'Pending', everReady: false });
  });

  it('make a ready Node Running and remember that it was ready', () => {
    expect(judge(NEW, ready('True'))).to.include({ state: 'Running', everReady: true, reason: 'NodeReady' });
  });

  it('let a Node be NotReady for just under 10 s, and say when to look again', () => {
    expect(judge(RUNNING, ready('False', 9_999))).to.include({ state: 'Running', requeueAfterMs: 1 });
  });

  for (const status of ['False', 'Unknown']) {
    it(`make a Node Failed that was ${status} for 10 s`, () => {
      expect(judge(RUNNING, ready(status, 10_000))).to.include({ state: 'Failed' });
    });
  }

  it('make a Node Failed whose Lease is 40 s old, though its condition still says ready', () => {
    expect(judge(RUNNING, { ...ready('True'), leaseAgeMs: 40_000 })).to.include({
      state: 'Failed',
      reason: 'LeaseExpired',
    });
  });

  it('look again when a Lease that is renewed no more will be too old', () => {
    expect(judge(RUNNING, { ...ready('True'), leaseAgeMs: 15_000 }).requeueAfterMs).to.equal(25_000);
  });

  it('recover to Running', () => {
    expect(judge(FAILED, { ...ready('True', 1), leaseAgeMs: 0 })).to.include({ state: 'Running' });
  });

  it('do not let a Failed Node recover by becoming NotReady anew', () => {
    expect(judge(FAILED, ready('False', 1))).to.include({ state: 'Failed' });
  });

  it('make a hand-made ComputeNode Failed when the Node that it once had goes', () => {
    expect(judge(RUNNING, {})).to.include({ state: 'Failed', reason: 'NodeNotFound' });
  });

  it('never leave a Node Failed that was never ready, nor Pending one that was', () => {
    const observed = fc.record(
      {
        ready: fc.record({
          status: fc.constantFrom('True', 'False', 'Unknown'),
          since: fc.integer({ min: NOW - 100_000, max: NOW }),
        }),
        leaseAgeMs: fc.nat(100_000),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(observed, { maxLength: 20 }), (history) => {
        let past = NEW;
        let seen = false;
        for (const sign of history) {
          seen ||= sign.ready?.status === 'True';
          past = judge(past, sign);
          expect(past.everReady).to.equal(seen);
          expect(past.state === 'Pending').to.equal(!seen);
        }
      }),
    );
  });
});
