import { expect } from 'chai';
import { computeNamespace, computePlane, stopComputeOperator } from './compute-plane.ts';
import { computeJob, computeSuite } from './compute-suite.ts';
import { eventually } from './eventually.ts';
import { startOperator } from './operator-process.ts';
import { openWorld, type World } from './world.ts';

interface CrashCases {
  readonly name: string;
  /** `before:N` or `after:N` of the operator's writes from its start. */
  readonly points: readonly string[];
}

/** Cases for a `describe`: an operator that was killed at each of these points while it ran a gang of two. */
export function jobCrashCases({ name, points }: CrashCases): void {
  // Each case has operators of its own.
  computeSuite({ name, nodes: 3 });
  let world: World;

  before(async () => {
    await stopComputeOperator();
    world = openWorld(await computePlane());
  });
  after(() => world.close());

  for (const point of points) {
    it(`${point.replace(':', ' its write number ')} leaves a job that the next start completes, nothing doubled or counted`, async function () {
      this.timeout(60_000);
      const ns = await computeNamespace(this);
      const controlPlane = await computePlane();
      await world.create(computeJob(ns, 'gang', { parallelism: 2, nodeSelector: { suite: name } }));
      const doomed = await startOperator({ controlPlane, unready: true, args: ['--crash-point', point] });
      expect(await doomed.exited).to.equal('SIGKILL');

      const next = await startOperator({ controlPlane });
      try {
        const { status } = await eventually(async () => {
          const job = await world.get('ComputeJob', ns, 'gang');
          expect(job?.status?.state, job?.status?.message).to.equal('Completed');
          return job!;
        }, 30_000);
        expect(status).to.deep.include({ attempt: 1, failed: 0, succeeded: 2, completedIndexes: '0-1' });
        expect(new Set(status.nodes).size).to.equal(2);
        const pods = await world.list('Pod', ns);
        expect(pods.map(({ metadata }) => metadata.name).sort()).to.deep.equal(['gang-gang-1-0', 'gang-gang-1-1']);
      } finally {
        await next.stop();
      }
    });
  }
}
