import { expect } from 'chai';
import { failureCause } from '../../../../../reconciler/compute-job/plan/failure-cause.ts';
import { planJob } from '../../../../../reconciler/compute-job/plan/plan-job.ts';
import type { NodeSigns } from '../../../../../reconciler/compute-node/node-signs.ts';
import { gangPod, NOW, runningInput } from '../../../../support/compute-jobs.ts';

const signs = (last?: number, previous?: number, rebootedMs?: number): NodeSigns => ({
  hasLease: true,
  renewals: [last, previous],
  ...(rebootedMs !== undefined && { rebootedMs }),
});
const cause = (failedMs: number, ...nodes: NodeSigns[]) =>
  failureCause(
    failedMs,
    nodes.map((_, index) => `n${index}`),
    (node) => nodes[Number(node.slice(1))]!,
  );

describe("the cause of a pod's failure", () => {
  it('is the program at once where there is no other node', () => {
    expect(cause(0, signs(9_000))).to.deep.equal({ type: 'Program' });
  });

  it('is not known before every node has renewed its Lease after the failure', () => {
    expect(cause(5_000, signs(4_000, 14_000), signs(6_000, 16_000))).to.deep.equal({ type: 'Unknown', node: 'n1' });
    expect(cause(50_000, signs(4_000, 14_000), signs())).to.deep.equal({ type: 'Unknown', node: 'n1' });
  });

  it('is the program once they have, and had a moment to report what became of their pods', () => {
    expect(cause(5_000, signs(4_000), signs(2_999))).to.deep.equal({ type: 'Unknown', node: 'n1' });
    expect(cause(5_000, signs(4_000), signs(3_000))).to.deep.equal({ type: 'Program' });
  });

  it('is known within 15 s while kubelets renew every 10 s, whenever they do', () => {
    for (let a = 0; a < 10_000; a += 250) {
      for (let b = 0; b < 10_000; b += 250) {
        const at = (offset: number) => {
          const last = (15_000 - offset) % 10_000;
          return signs(last, last + 10_000);
        };
        expect(cause(15_000, at(a), at(b)), `${a} ${b}`).to.deep.equal({ type: 'Program' });
      }
    }
  });

  it('is a node that was restarted shortly before or after, though it renews again', () => {
    const alive = signs(4_000, 14_000);
    expect(cause(20_000, alive, signs(4_000, 14_000, 10_000))).to.deep.equal({ type: 'Reboot', node: 'n1' });
    expect(cause(20_000, alive, signs(4_000, 14_000, 70_000))).to.deep.equal({ type: 'Reboot', node: 'n1' });
    expect(cause(20_000, alive, signs(4_000, 14_000, 3_600_000))).to.deep.equal({ type: 'Program' });
  });

  it('is the program where nodes keep no Leases', () => {
    const bare: NodeSigns = { hasLease: false, renewals: [undefined, undefined] };
    expect(cause(0, bare, bare)).to.deep.equal({ type: 'Program' });
  });
});

describe('job scheduling: a failure beside a node that may be dead', () => {
  const failure = { type: 'Failed', message: 'exit code 1' } as const;
  const pods = [gangPod(0, failure, { failedSince: NOW - 3_500 }), gangPod(1), gangPod(2)];
  const silent = (node: string) => (node === 'n2' ? signs(9_000, 19_000) : signs(3_000, 13_000));

  it('is not counted before it is known, and is checked every second', () => {
    const plan = planJob(runningInput({ pods, nodeSigns: silent, spec: { backoffLimit: 0 } }));
    expect(plan.status).not.to.have.property('endedAttempt');
    expect(plan.requeueAfterMs).to.equal(1_000);
  });

  it('is the loss of that node when it turns Failed', () => {
    const plan = planJob(runningInput({ pods, nodeSigns: silent, failedNodes: ['n2'], spec: { backoffLimit: 0 } }));
    expect(plan.status).to.include({ endedAttempt: 1, failed: 0, state: 'Pending' });
  });

  it('is the loss of a node that restarted while the gang was running', () => {
    const nodeSigns = (node: string) => signs(1_000, 11_000, node === 'n1' ? 5_000 : undefined);
    const plan = planJob(runningInput({ pods, nodeSigns, spec: { backoffLimit: 0 } }));
    expect(plan.status).to.include({ endedAttempt: 1, failed: 0 });
    expect(plan.status.message).to.match(
      /^node n1 restarted while the gang was running; pod train-gang-1-0 on node n0 failed/,
    );
  });
});
