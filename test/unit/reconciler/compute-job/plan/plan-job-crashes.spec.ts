import { expect } from 'chai';
import fc from 'fast-check';
import { isFinished } from '../../../../../reconciler/compute-job/resource/job-status.ts';
import { JobCluster, type Rejections } from '../../../../support/job-cluster.ts';

const happenings = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('end' as const),
      pod: fc.nat(5),
      outcome: fc.constantFrom('Succeeded' as const, 'Failed' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('delete' as const, 'vanish' as const), pod: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('toggle' as const), node: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('edit' as const),
      parallelism: fc.integer({ min: 1, max: 4 }),
      command: fc.constantFrom('a', 'b'),
      suspend: fc.boolean(),
      waitForHosts: fc.boolean(),
    }),
  },
);
const rejections: fc.Arbitrary<Partial<Rejections>> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.record({
      rejected: fc.subarray([0, 1, 2, 3], { minLength: 1, maxLength: 2 }),
      how: fc.constantFrom('Rejected' as const, 'Transient' as const, 'Lasting' as const),
    }),
  },
);
const histories = fc.array(
  fc.record({
    writes: fc.integer({ min: 0, max: 12 }),
    happening: fc.option(happenings),
    rejections,
    settle: fc.boolean(),
  }),
  { maxLength: 60 },
);

describe('crash safety of a job', () => {
  it('holds whatever happens and wherever the operator is killed: nothing doubled, lost, miscounted or started in half', function () {
    this.timeout(20_000);
    fc.assert(
      fc.property(histories, (history) => {
        const cluster = new JobCluster();
        for (const { writes, happening, rejections, settle } of history) {
          cluster.step(writes, rejections);
          if (happening) cluster.happen(happening);
          if (settle) cluster.settle();
        }
        // From here on nothing disturbs it, and all pods succeed.
        cluster.failed.clear();
        cluster.happen({ type: 'edit', parallelism: 2, command: 'c', suspend: false, waitForHosts: false });
        for (let round = 0; round < 40 && !isFinished(cluster.status); round++) {
          cluster.step(Number.POSITIVE_INFINITY);
          cluster.settle();
          const all = [...cluster.pods.values()];
          if (cluster.status.state === 'Running') {
            for (const pod of all) if (pod.state.type === 'Running') cluster.end(pod, 'Succeeded');
          }
        }
        expect(cluster.status.state).to.be.oneOf(['Completed', 'Failed']);
        for (let round = 0; round < 3; round++) {
          cluster.step(Number.POSITIVE_INFINITY);
          cluster.settle();
        }
        expect([...cluster.pods.values()].filter((pod) => !pod.finished)).to.deep.equal([]);
      }),
      { numRuns: 300 },
    );
  });

  it('settles: planning again after everything is carried out changes nothing', () => {
    const cluster = new JobCluster();
    for (let round = 0; round < 5; round++) {
      cluster.step(Number.POSITIVE_INFINITY);
      cluster.settle();
    }
    cluster.step(Number.POSITIVE_INFINITY);
    const { status, deletePods, createIndexes, hosts } = cluster.decide();
    expect(status).to.deep.equal(cluster.status);
    expect([deletePods, createIndexes, hosts?.annotate]).to.deep.equal([[], [], []]);
  });
});
