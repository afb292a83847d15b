import { expect } from 'chai';
import { AuditLog, brief } from '../../support/audit-log.ts';
import { computeNamespace, computeOperator, computePlane, stopComputeOperator } from '../../support/compute-plane.ts';
import { computeSuite } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { removeConditions } from '../../support/health/status-recorder.ts';
import { OPERATOR_USER } from '../../support/operator-identity.ts';
import { type AnyObject, conditionOf } from '../../support/world.ts';

const DERIVED = ['Ready', 'Reconciling', 'Stalled', 'Finished'];

const health = (object: AnyObject | undefined) =>
  DERIVED.flatMap((type) => {
    const condition = conditionOf(object, type);
    return condition === undefined ? [] : [`${type}=${condition.status}/${condition.reason}`];
  });

describe('health of a ComputeJob', function () {
  this.timeout(60_000);
  const suite = computeSuite({ name: 'health', nodes: 1 });
  const becomes = (ns: string, name: string, ...expected: string[]) =>
    suite.job(ns, name, (job) => expect(health(job)).to.deep.equal(expected));

  it('is Reconciling while it waits, Ready while it runs, and says nothing of it while it is suspended', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'wide', { parallelism: 2 });
    await becomes(ns, 'wide', 'Ready=False/WaitingForNodes', 'Reconciling=True/WaitingForNodes');
    await suite.world.patch('ComputeJob', ns, 'wide', { spec: { parallelism: 1, command: ['run'] } });
    await becomes(ns, 'wide', 'Ready=True/Running', 'Reconciling=False/Idle');
    await suite.world.patch('ComputeJob', ns, 'wide', { spec: { suspend: true } });
    await becomes(ns, 'wide', 'Reconciling=False/Idle');
  });

  it('is Finished, whichever way it ended, so that one kubectl wait returns', async function () {
    const ns = await computeNamespace(this);
    const { kubectl } = await computePlane();
    await suite.run(ns, 'good', {});
    await suite.run(ns, 'bad', { command: ['fail'], backoffLimit: 0 });
    await kubectl(['-n', ns, 'wait', '--for=condition=Finished', 'cjob/good', 'cjob/bad', '--timeout=30s']);
    await becomes(ns, 'good', 'Ready=True/Completed', 'Reconciling=False/Idle', 'Finished=True/Completed');
    const failed = 'BackoffLimitExceeded';
    const bad = [`Ready=False/${failed}`, 'Reconciling=False/Idle', `Stalled=True/${failed}`, 'Finished=True/Failed'];
    await becomes(ns, 'bad', ...bad);
  });

  it('of jobs that an older operator has finished costs one write each, and no more after that', async function () {
    const ns = await computeNamespace(this);
    const plane = await computePlane();
    const names = ['a', 'b', 'c'];
    for (const name of names) await suite.run(ns, name, {});
    const done = ['Ready=True/Completed', 'Reconciling=False/Idle', 'Finished=True/Completed'];
    const jobs = await Promise.all(names.map((name) => becomes(ns, name, ...done)));
    await stopComputeOperator();
    for (const job of jobs) await removeConditions(plane.kubectl, job, DERIVED);
    const audit = new AuditLog(plane);
    await computeOperator();
    await Promise.all(names.map((name) => becomes(ns, name, ...done)));
    await eventually(async () => expect(await (await computeOperator()).metric('workqueue_depth')).to.equal(0));
    const writes = audit.writesOf(OPERATOR_USER).filter(({ objectRef }) => objectRef?.namespace === ns);
    expect(writes.map(brief).sort()).to.deep.equal(names.map((name) => `patch computejobs/${name}/status`));
  });
});

describe('health of a ComputeNode', () => {
  const suite = computeSuite({ name: 'healthy', nodes: 1 });

  it('is Ready with its Node', async () => {
    await eventually(async () => {
      expect(health(await suite.world.get('ComputeNode', '', 'healthy-0'))).to.deep.equal([
        'Ready=True/NodeReady',
        'Reconciling=False/Idle',
      ]);
    });
  });
});
