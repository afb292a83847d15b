import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { itLong } from '../../support/it-long.ts';
import { startOperator } from '../../support/operator-process.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { conditionOf, peerGroup } from '../../support/world.ts';

describe('edits of a PeerGroup', () => {
  const suite = operatorSuite();

  it('by three clients at once end with the last spec, without a conflict, under a status that never lies', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { replicas: 0 }));
    const replicasOf = new Map<number, number>([[1, 0]]);
    const edit = async (client: number) => {
      for (let i = 1; i <= 15; i++) {
        const replicas = 10 * client + (i % 10);
        const { metadata, spec } = await suite.world.patch('PeerGroup', ns, 'web', { spec: { replicas } });
        replicasOf.set(metadata.generation ?? 0, spec.replicas);
        await sleep(20);
      }
    };
    const lies: string[] = [];
    let editing = true;
    const look = async () => {
      while (editing) {
        const group = await suite.world.get('PeerGroup', ns, 'web');
        const generation = group?.status?.observedGeneration;
        const wanted = conditionOf(group, 'Ready')?.message.match(/of (\d+) pods/)?.[1];
        if (generation === undefined) continue;
        // The answer of an edit may still be under way to us when the operator has acted on it.
        await eventually(() => expect(replicasOf.has(generation)).to.equal(true));
        if (Number(wanted) !== replicasOf.get(generation)) lies.push(`generation ${generation}: ${wanted} pods`);
      }
    };
    const looking = look();
    await Promise.all([edit(1), edit(2), edit(3)]);
    const last = await suite.observed(ns, 'web');
    editing = false;
    await looking;

    expect(lies).to.deep.equal([]);
    expect(last.metadata.generation).to.be.greaterThan(30);
    const statefulSet = await suite.world.get('StatefulSet', ns, 'web');
    expect(statefulSet?.spec.replicas).to.equal(last.spec.replicas);
    expect(suite.operator.logs.filter(({ level }) => level === 'error')).to.deep.equal([]);
  });

  itLong('are acted on before a backlog', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await suite.operator.stop();
    for (let i = 0; i < 60; i++) await suite.world.create(peerGroup(ns, `backlog-${i}`));
    const slow = await startOperator({ controlPlane: controlPlane(), args: ['--workers', '1', '--namespace', ns] });
    try {
      await suite.world.create(peerGroup(ns, 'fresh'));
      await suite.observed(ns, 'fresh');
      const groups = await suite.world.list('PeerGroup', ns);
      const waiting = groups.filter(({ status }) => status?.observedGeneration === undefined);
      expect(waiting.length).to.be.greaterThan(10);
    } finally {
      await slow.stop();
    }
  });

  it('make kubectl wait wait: a condition about the former generation does not count', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const { kubectl } = controlPlane();
    const wait = ['-n', ns, 'wait', '--for=condition=Ready', 'pg/web'];
    const operator = await startOperator({ controlPlane: controlPlane(), args: ['--namespace', ns] });
    await suite.world.create(peerGroup(ns, 'web', { replicas: 0 }));
    await kubectl([...wait, '--timeout=10s']);
    await operator.stop();

    await suite.world.patch('PeerGroup', ns, 'web', { spec: { replicas: 1 } });
    expect(conditionOf(await suite.world.get('PeerGroup', ns, 'web'), 'Ready')?.status).to.equal('True');
    const outcome = await kubectl([...wait, '--timeout=1s']).then(
      () => 'returned',
      (error: Error) => error.message,
    );
    expect(outcome).to.include('timed out');
  });
});
