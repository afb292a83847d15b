import { expect } from 'chai';
import { planJob } from '../../../../../reconciler/compute-job/plan/plan-job.ts';
import { tolerationLeftMs } from '../../../../../reconciler/compute-job/plan/toleration-seconds.ts';
import type { NodeSigns } from '../../../../../reconciler/compute-node/node-signs.ts';
import { runningInput, runningStatus } from '../../../../support/compute-jobs.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const tolerated = (key: string, tolerationSeconds?: number) => ({
  key,
  operator: 'Exists' as const,
  effect: 'NoExecute' as const,
  ...(tolerationSeconds !== undefined && { tolerationSeconds }),
});
const signs = (unavailable?: NodeSigns['unavailable']): NodeSigns => ({
  hasLease: true,
  renewals: [undefined, undefined],
  ...(unavailable && { unavailable }),
});

describe('patience with a node that has failed', () => {
  const unavailable = { taint: UNREACHABLE, forMs: 20_000 };

  it('lasts as long as the job tolerates its taint', () => {
    expect(tolerationLeftMs([tolerated(UNREACHABLE, 60)], signs(unavailable))).to.equal(40_000);
    expect(tolerationLeftMs([tolerated(UNREACHABLE, 20)], signs(unavailable))).to.equal(0);
    expect(tolerationLeftMs([tolerated(UNREACHABLE, -5)], signs(unavailable))).to.equal(0);
    expect(
      tolerationLeftMs([{ operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 }], signs(unavailable)),
    ).to.equal(10_000);
  });

  it('is that of the first toleration that fits', () => {
    const tolerations = [tolerated(NOT_READY, 5), tolerated(UNREACHABLE, 30), tolerated(UNREACHABLE, 300)];
    expect(tolerationLeftMs(tolerations, signs(unavailable))).to.equal(10_000);
    expect(tolerationLeftMs(tolerations, signs({ taint: NOT_READY, forMs: 1_000 }))).to.equal(4_000);
  });

  it('is none without a time, for another taint, or with a Node that is gone', () => {
    expect(tolerationLeftMs([tolerated(UNREACHABLE)], signs(unavailable))).to.equal(0);
    expect(tolerationLeftMs([tolerated(NOT_READY, 60)], signs(unavailable))).to.equal(0);
    expect(tolerationLeftMs([tolerated(UNREACHABLE, 60)], signs())).to.equal(0);
  });

  it('keeps a gang until it is over, and looks again then', () => {
    const spec = { tolerations: [tolerated(UNREACHABLE, 60)] };
    const plan = (forMs: number) =>
      planJob(
        runningInput({
          spec,
          status: { attemptHash: runningStatus(spec).attemptHash! },
          failedNodes: ['n1'],
          nodeSigns: () => signs({ taint: UNREACHABLE, forMs }),
        }),
      );
    const waiting = plan(15_000);
    expect(waiting.status).to.include({ state: 'Running', attempt: 1 });
    expect([waiting.deletePods, waiting.requeueAfterMs]).to.deep.equal([[], 45_000]);
    const over = plan(60_000);
    expect(over.status.message).to.include('node n1 (index 1) failed');
    expect(over.deletePods).to.have.length(3);
  });
});
