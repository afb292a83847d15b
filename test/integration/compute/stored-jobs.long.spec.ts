import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ComputeJobSpec } from '../../../constructs/crds/compute-job.ts';
import { computeNamespace, computePlane, stopComputeOperator } from '../../support/compute-plane.ts';
import { computeJob, computeSuite } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { reinstallDist } from '../../support/operator-identity.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { conditionOf } from '../../support/world.ts';

/** Version 0.1.0. */
const OLD = 'decb08f';
const root = join(import.meta.dirname, '../../..');

/** What the CRDs of that version accepted and no pod can have, and what is said of it. */
const ODD: Readonly<Record<string, readonly [spec: object, message: RegExp]>> = {
  'env-name': [{ env: [{ name: 'A=B', value: 'x' }] }, /env/],
  'env-both': [{ env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }] }, /env/],
  limits: [{ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }, /must be less than or equal to cpu limit/],
  negative: [{ resources: { requests: { cpu: -1 } } }, /cpu/],
  toleration: [{ tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] }, /toleration|value must be empty/],
  account: [{ serviceAccountName: 'My Account' }, /serviceAccountName/],
  label: [{ nodeSelector: { 'a b': 'y' } }, /label keys|nodeSelector/],
};

describe('ComputeJobs that were stored under the rules of version 0.1.0', function () {
  this.timeout(120_000);
  const suite = computeSuite({ name: 'stored', nodes: 2 });
  let operator: OperatorProcess | undefined;
  let former: string;

  before(async function () {
    try {
      former = execFileSync('git', ['show', `${OLD}:dist/0000-crds.k8s.yaml`], { cwd: root, encoding: 'utf8' });
    } catch {
      this.skip(); // a clone without its history
    }
    await stopComputeOperator();
  });
  after(async () => {
    await operator?.stop();
    await reinstallDist(await computePlane());
  });

  it('are told what is wrong with them, and can be edited and deleted', async function () {
    const ns = await computeNamespace(this);
    const controlPlane = await computePlane();
    const { world } = suite;
    await controlPlane.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], { input: former });
    const store = (name: string, spec: object) =>
      // The API server takes some seconds to judge by another schema.
      eventually(() => world.create(computeJob(ns, name, { parallelism: 2, backoffLimit: 0, ...spec })), 30_000);
    for (const [name, [spec]] of Object.entries(ODD)) await store(name, spec);
    await store('fine', { nodeSelector: { suite: 'stored' } } satisfies Partial<ComputeJobSpec>);
    await reinstallDist(controlPlane);

    operator = await startOperator({ controlPlane });
    await suite.job(ns, 'fine', ({ status }) => expect(status?.state).to.equal('Completed'), 60_000);
    for (const [name, [, message]] of Object.entries(ODD)) {
      const job = await suite.job(
        ns,
        name,
        ({ status, metadata }) => {
          expect(status?.observedGeneration, name).to.equal(metadata.generation);
          expect(status?.message, name).to.match(message);
          expect(status?.state, name).to.be.oneOf(['Pending', 'Failed']);
        },
        30_000,
      );
      const failed = conditionOf(job, 'Failed')?.reason === 'InvalidTemplate';
      expect(failed || conditionOf(job, 'Scheduled')?.reason === 'InvalidSpec', JSON.stringify(job.status)).to.equal(
        true,
      );
      await world.patch('ComputeJob', ns, name, { metadata: { labels: { edited: 'yes' } } });
      await world.patch('ComputeJob', ns, name, { spec: { ttlSecondsAfterFinished: 600 } });
    }
    expect((await suite.pods(ns)).filter(({ metadata }) => !metadata.name.startsWith('fine'))).to.deep.equal([]);
    for (const name of Object.keys(ODD)) await world.delete('ComputeJob', ns, name);
    await eventually(async () =>
      expect((await world.list('ComputeJob', ns)).map(({ metadata }) => metadata.name)).to.deep.equal(['fine']),
    );
  });
});
