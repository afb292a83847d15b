import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { AuditLog, brief } from '../../support/audit-log.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { allObserved, childrenOf, createGroups } from '../../support/many-groups.ts';
import { installDist, OPERATOR_USER } from '../../support/operator-identity.ts';
import { quiet, startOperator } from '../../support/operator-process.ts';
import { openWorld, type World } from '../../support/world.ts';

const GROUPS = 200;
/** Of each: ServiceAccount, ConfigMap, two Services, NetworkPolicy, StatefulSet, PodDisruptionBudget. */
const CHILDREN = 7;

describe('an operator with 200 groups', () => {
  let world: World;

  before(async function () {
    this.timeout(60_000);
    await installDist(controlPlane());
    world = openWorld(controlPlane());
  });

  after(() => world?.close());

  it('writes nothing while nothing happens, nor when it is restarted, nor at a resync', async function () {
    this.timeout(300_000);
    const ns = await namespaceFor(this);
    const run = { controlPlane: controlPlane(), args: ['--namespace', ns] };
    await createGroups(world, ns, GROUPS);
    const first = await startOperator(run);
    let audit: AuditLog;
    try {
      await allObserved(world, ns, GROUPS, 120_000);
      await quiet(first, 5_000);
      audit = new AuditLog(controlPlane());
      await sleep(60_000);
      expect(audit.writesOf(OPERATOR_USER).map(brief), '60 idle seconds').to.deep.equal([]);
    } finally {
      await first.stop();
    }

    const second = await startOperator({ ...run, args: [...run.args, '--resync', '5s'] });
    try {
      await eventually(async () => {
        // The backlog once, and at least one resync of everything.
        expect(await second.metric('controller_runtime_reconcile_total')).to.be.at.least(2 * GROUPS);
      }, 60_000);
      expect(audit.writesOf(OPERATOR_USER).map(brief), 'a restart and a resync').to.deep.equal([]);
    } finally {
      await second.stop();
    }
  });

  it('killed again and again at any moment leaves every child there once', async function () {
    this.timeout(300_000);
    const ns = await namespaceFor(this);
    const run = { controlPlane: controlPlane(), args: ['--namespace', ns] };
    await createGroups(world, ns, GROUPS);
    for (let kill = 0; kill < 8; kill++) {
      const doomed = await startOperator(run);
      await sleep(Math.random() * 1_500);
      doomed.signal('SIGKILL');
      await doomed.exited;
    }
    const operator = await startOperator(run);
    try {
      await allObserved(world, ns, GROUPS, 120_000);
      const children = await childrenOf(world, ns);
      expect(children).to.have.length(GROUPS * CHILDREN);
      expect(new Set(children.map((child) => child.replace(/-config-\w+$/, ''))).size).to.equal(GROUPS * CHILDREN);
    } finally {
      await operator.stop();
    }
  });
});
