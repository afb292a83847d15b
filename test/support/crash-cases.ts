import { expect } from 'chai';
import { controlPlane, namespaceFor } from './control-plane.ts';
import { installDist } from './operator-identity.ts';
import { startOperator } from './operator-process.ts';
import { observed } from './operator-suite.ts';
import { openWorld, peerGroup, type World } from './world.ts';

/** Cases for a `describe`: an operator that was killed at each of these points, `before:N` or `after:N` of its writes. */
export function crashCases(points: readonly string[]): void {
  let world: World;

  before(async function () {
    this.timeout(60_000);
    await installDist(controlPlane());
    world = openWorld(controlPlane());
  });

  after(() => world?.close());

  for (const point of points) {
    it(`${point.replace(':', ' its write number ')} leaves what the next start completes, nothing doubled`, async function () {
      this.timeout(60_000);
      const ns = await namespaceFor(this);
      const run = { controlPlane: controlPlane() };
      await world.create(peerGroup(ns, 'web', { replicas: 1 }));
      const doomed = await startOperator({ ...run, unready: true, args: ['--namespace', ns, '--crash-point', point] });
      expect(await doomed.exited).to.equal('SIGKILL');

      const next = await startOperator({ ...run, args: ['--namespace', ns] });
      try {
        await observed(world, ns, 'web');
        const kinds = ['ServiceAccount', 'ConfigMap', 'Service', 'NetworkPolicy', 'StatefulSet', 'PodDisruptionBudget'];
        const lists = await Promise.all(kinds.map((kind) => world.list(kind, ns)));
        const ours = lists.map((list) =>
          list.filter(({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'PeerGroup'),
        );
        expect(ours.map(({ length }) => length)).to.deep.equal([1, 1, 2, 1, 1, 1]);
        expect(ours[4]?.[0]?.metadata.generation).to.equal(1);
      } finally {
        await next.stop();
      }
    });
  }
}
