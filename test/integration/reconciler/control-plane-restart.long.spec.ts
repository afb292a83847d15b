import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type ControlPlane, startControlPlane } from '../../cluster/index.ts';
import { eventually } from '../../support/eventually.ts';
import { installDist } from '../../support/operator-identity.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { restartDaemon } from '../../support/restart-daemon.ts';
import { openWorld, peerGroup, type World } from '../../support/world.ts';

describe('an operator whose control plane is restarted', () => {
  // One of its own: everybody else works on the shared one.
  let controlPlane: ControlPlane;
  let world: World;
  let operator: OperatorProcess;

  before(async function () {
    this.timeout(120_000);
    controlPlane = await startControlPlane();
    await installDist(controlPlane);
    world = openWorld(controlPlane);
    operator = await startOperator({ controlPlane });
  });

  after(async function () {
    this.timeout(60_000);
    await operator?.stop();
    await world?.close();
    await controlPlane?.stop();
  });

  for (const [component, awayMs] of [
    ['kube-apiserver', 5_000],
    ['etcd', 5_000],
  ] as const) {
    it(`goes on after ${component} was away for ${awayMs / 1_000} s, without a restart of its own`, async function () {
      this.timeout(120_000);
      await restartDaemon(controlPlane, component, () => sleep(awayMs));
      const back = performance.now();
      await eventually(() => world.create(peerGroup('default', component, { replicas: 1 })), 60_000);
      await eventually(async () => {
        expect((await world.get('PeerGroup', 'default', component))?.status?.observedGeneration).to.equal(1);
      }, 45_000);
      expect(performance.now() - back).to.be.lessThan(60_000);
      await eventually(async () => {
        // Pods are in two caches: the peers', and that of everything that takes room on a node.
        for (const [kind, resource, caches] of [
          ['PeerGroup', 'peergroups', 1],
          ['StatefulSet', 'statefulsets', 1],
          ['Pod', 'pods', 2],
        ] as const) {
          const there = caches * (await world.list(kind)).length;
          expect(await operator.metric('rollcall_cache_objects', { resource }), resource).to.equal(there);
        }
      }, 30_000);
    });
  }
});
