import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { PODS } from '../../../reconciler/kube/core-types.ts';
import { UPGRADES_AT_ONCE } from '../../../reconciler/peer-group/rollout/upgrade-limiter.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { itLong } from '../../support/it-long.ts';
import { installDist } from '../../support/operator-identity.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { observed } from '../../support/operator-suite.ts';
import { type AnyObject, openWorld, peerGroup, type World } from '../../support/world.ts';

const groups = Array.from({ length: UPGRADES_AT_ONCE + 2 }, (_, i) => `group-${i}`);
/** Longer than the operator takes for all groups, if nothing held it back. */
const QUIET_MS = 1_000;

describe('an upgrade of the operator', () => {
  let world: World;
  before(async function () {
    this.timeout(60_000);
    await installDist(controlPlane());
    world = openWorld(controlPlane());
  });
  after(() => world.close());

  let running: OperatorProcess | undefined;
  afterEach(() => running?.stop());
  const operator = async (namespace: string, image: string, ...args: string[]) => {
    await running?.stop();
    running = await startOperator({
      controlPlane: controlPlane(),
      args: ['--namespace', namespace, '--image', image, ...args],
    });
    return running;
  };
  const imageOf = ({ spec }: AnyObject): string => spec.template.spec.containers[0].image;
  const withImage = async (namespace: string, image: string) =>
    (await world.list('StatefulSet', namespace)).filter((set) => imageOf(set) === image);
  /** What the kubelet, which this control plane hasn't, says once it runs the group's pod of that image. */
  const runPod = async (namespace: string, group: string, image: string) => {
    const name = `${group}-0`;
    await eventually(async () => {
      const pod = await world.get('Pod', namespace, name);
      expect(pod?.spec.containers[0].image).to.equal(image);
    });
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, status };
    await world.client.apply(PODS, pod, { fieldManager: 'kubelet', subresource: 'status' });
  };

  itLong(
    'brings its image to five groups at a time, to none that chose its own, and to none at all if told so',
    async function () {
      this.timeout(60_000);
      const ns = await namespaceFor(this);
      await operator(ns, 'rollcall:1');
      for (const name of groups) await world.create(peerGroup(ns, name, { replicas: 1 }));
      await world.create(peerGroup(ns, 'own', { replicas: 1, image: 'rollcall:own' }));
      for (const name of [...groups, 'own']) await observed(world, ns, name);

      const second = await operator(ns, 'rollcall:2');
      const upgraded = await eventually(async () => {
        const sets = await withImage(ns, 'rollcall:2');
        expect(sets).to.have.length(UPGRADES_AT_ONCE);
        return sets;
      });
      await sleep(QUIET_MS);
      expect(await withImage(ns, 'rollcall:2')).to.have.length(UPGRADES_AT_ONCE);
      await runPod(ns, upgraded[0]!.metadata.name, 'rollcall:2');
      await eventually(async () => expect(await withImage(ns, 'rollcall:2')).to.have.length(UPGRADES_AT_ONCE + 1));
      second.signal('SIGKILL');
      await second.exited;

      await operator(ns, 'rollcall:2');
      await sleep(QUIET_MS);
      expect(await withImage(ns, 'rollcall:2'), 'after a crash').to.have.length(UPGRADES_AT_ONCE + 1);
      await Promise.all(upgraded.slice(1).map(({ metadata }) => runPod(ns, metadata.name, 'rollcall:2')));
      await eventually(async () => expect(await withImage(ns, 'rollcall:2')).to.have.length(groups.length));

      await operator(ns, 'rollcall:3', '--roll-on-upgrade=false');
      await world.patch('PeerGroup', ns, 'group-0', { spec: { interval: '7s' } });
      await observed(world, ns, 'group-0');
      expect(await withImage(ns, 'rollcall:2')).to.have.length(groups.length);
      expect(await withImage(ns, 'rollcall:own')).to.have.length(1);
    },
  );
});
