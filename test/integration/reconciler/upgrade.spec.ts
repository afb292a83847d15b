import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { UPGRADES_AT_ONCE } from '../../../reconciler/peer-group/upgrade-pace.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { allObserved, createGroups } from '../../support/many-groups.ts';
import { installDist } from '../../support/operator-identity.ts';
import { startOperator } from '../../support/operator-process.ts';
import { observed } from '../../support/operator-suite.ts';
import { type AnyObject, openWorld, peerGroup, type World } from '../../support/world.ts';

const GROUPS = UPGRADES_AT_ONCE + 2;
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

  const operator = (namespace: string, image: string, ...args: string[]) =>
    startOperator({ controlPlane: controlPlane(), args: ['--namespace', namespace, '--image', image, ...args] });
  const imageOf = ({ spec }: AnyObject): string => spec.template.spec.containers[0].image;
  const withImage = async (namespace: string, image: string) =>
    (await world.list('StatefulSet', namespace)).filter((set) => imageOf(set) === image);
  /** What the StatefulSet's controller, which this control plane doesn't run, says when it is done. */
  const rollOut = async ({ metadata: { namespace, name, generation } }: AnyObject) => {
    const status = { observedGeneration: generation, replicas: 0 };
    const patch = ['patch', `statefulset/${name}`, '--subresource=status', '--type=merge', '-p'];
    await controlPlane().kubectl(['-n', namespace!, ...patch, JSON.stringify({ status })]);
  };

  it('brings its image to five groups at a time, to none that chose its own, and to none at all if told so', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const first = await operator(ns, 'rollcall:1');
    await createGroups(world, ns, GROUPS);
    await world.create(peerGroup(ns, 'own', { replicas: 0, image: 'rollcall:own' }));
    await allObserved(world, ns, GROUPS + 1, 10_000);
    await Promise.all((await world.list('StatefulSet', ns)).map(rollOut));
    await first.stop();

    const second = await operator(ns, 'rollcall:2');
    const upgraded = await eventually(async () => {
      const sets = await withImage(ns, 'rollcall:2');
      expect(sets).to.have.length(UPGRADES_AT_ONCE);
      return sets;
    });
    await sleep(QUIET_MS);
    expect(await withImage(ns, 'rollcall:2')).to.have.length(UPGRADES_AT_ONCE);
    await rollOut(upgraded[0]!);
    await eventually(async () => expect(await withImage(ns, 'rollcall:2')).to.have.length(UPGRADES_AT_ONCE + 1));
    second.signal('SIGKILL');
    await second.exited;

    const third = await operator(ns, 'rollcall:2');
    await sleep(QUIET_MS);
    expect(await withImage(ns, 'rollcall:2'), 'after a crash').to.have.length(UPGRADES_AT_ONCE + 1);
    await Promise.all(upgraded.slice(1).map(rollOut));
    await eventually(async () => expect(await withImage(ns, 'rollcall:2')).to.have.length(GROUPS));
    await third.stop();

    const fourth = await operator(ns, 'rollcall:3', '--roll-on-upgrade=false');
    await world.patch('PeerGroup', ns, 'group-0', { spec: { interval: '7s' } });
    await observed(world, ns, 'group-0');
    await fourth.stop();
    expect(await withImage(ns, 'rollcall:2')).to.have.length(GROUPS);
    expect(await withImage(ns, 'rollcall:own')).to.have.length(1);
  });
});
