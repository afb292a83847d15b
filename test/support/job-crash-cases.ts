import { expect } from 'chai';
import type { ComputeJobSpec, ComputeJobStatus } from '../../constructs/crds/compute-job.ts';
import { computeNamespace, computePlane, stopComputeOperator } from './compute-plane.ts';
import { computeJob, computeSuite } from './compute-suite.ts';
import { eventually } from './eventually.ts';
import { startOperator } from './operator-process.ts';
import { openWorld, type World } from './world.ts';

interface CrashCases {
  readonly name: string;
  /** `before:N` or `after:N` of the operator's writes from its start. */
  readonly points: readonly string[];
  /** Of a gang of two. @default its pods succeed */
  readonly spec?: Partial<ComputeJobSpec>;
  /** What the job has come to in the end. @default it is Completed in its first attempt */
  readonly outcome?: Partial<ComputeJobStatus>;
}

const COMPLETED = { state: 'Completed', attempt: 1, failed: 0, succeeded: 2, completedIndexes: '0-1' } as const;

/** Both sides of each of the first so many writes. */
export function pointsUpTo(writes: number): string[] {
  return Array.from({ length: writes }, (_, index) => [`before:${index + 1}`, `after:${index + 1}`]).flat();
}

/** Cases for a `describe`: an operator that was killed at each of these points while it ran a gang of two. */
export function jobCrashCases({ name, points, spec = {}, outcome = COMPLETED }: CrashCases): void {
  // Each case has operators of its own.
  computeSuite({ name, nodes: 3 });
  let world: World;

  before(async () => {
    await stopComputeOperator();
    world = openWorld(await computePlane());
  });
  after(() => world.close());

  for (const point of points) {
    it(`${point.replace(':', ' its write number ')} leaves a job that the next start brings to its end, nothing doubled or miscounted`, async function () {
      this.timeout(180_000);
      const ns = await computeNamespace(this);
      const controlPlane = await computePlane();
      await world.create(computeJob(ns, 'gang', { parallelism: 2, nodeSelector: { suite: name }, ...spec }));
      const doomed = await startOperator({ controlPlane, unready: true, args: ['--crash-point', point] });
      // Status writes are gathered, so how many there are varies: the last points may not be reached.
      const ended = eventually(async () => {
        const job = await world.get('ComputeJob', ns, 'gang');
        expect(job?.status?.state).to.equal(outcome.state);
        return 'ended' as const;
      }, 60_000);
      ended.catch(() => {}); // below, the state is waited for again
      const fate = await Promise.race([doomed.exited, ended]);
      if (fate === 'ended') await doomed.stop();
      else expect(fate).to.equal('SIGKILL');

      const next = await startOperator({ controlPlane });
      try {
        const { status } = await eventually(async () => {
          const job = await world.get('ComputeJob', ns, 'gang');
          expect(job?.status?.state, job?.status?.message).to.equal(outcome.state);
          return job!;
        }, 60_000);
        expect(status).to.deep.include(outcome);
        expect(new Set(status.nodes).size).to.equal(2);
        // Of a gang that failed, the pods that had not failed yet were removed.
        const pods = (await world.list('Pod', ns)).filter(({ metadata }) =>
          metadata.name.startsWith(`gang-gang-${outcome.attempt}-`),
        );
        if (outcome.state === 'Completed') expect(pods).to.have.length(2);
        expect(new Set(pods.map((pod) => pod.spec.nodeName)).size).to.equal(pods.length);
      } finally {
        await next.stop();
      }
    });
  }
}
