import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { computeJob, fakeNode } from '../../support/compute-suite.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { startWebhook, type Webhook } from '../../support/webhook.ts';

const GANGS = 12;
const WIDTH = 100;
const DELAY_MS = 500;
/** What a busy machine, with a scheduler and kwok that are busy with 1,200 pods, does to a single measurement. */
const NOISE_MS = 5_000;

describe(`${GANGS} gangs of ${WIDTH} of one tenant behind a webhook that takes ${DELAY_MS} ms`, function () {
  this.timeout(600_000);
  const own = ['slow-0', 'slow-1'];
  const theirs = Array.from({ length: WIDTH }, (_, n) => `wide-${n}`);
  const added: string[] = [];
  let webhook: Webhook | undefined;
  // Before the suite's own hook, which closes its connections.
  after(async () => {
    await webhook?.stop();
    for (const name of [...own, ...theirs, ...added]) await suite.world.delete('Node', '', name);
  });
  const suite = operatorSuite();
  let good: string;
  let evil: string;

  before(async function () {
    good = await namespaceFor(this);
    evil = await namespaceFor(this);
    for (const name of own) await suite.world.create(fakeNode(name, { suite: 'slow' }));
    for (const name of theirs) await suite.world.create(fakeNode(name, { suite: 'wide' }));
    webhook = await startWebhook(controlPlane(), {
      namespace: evil,
      rule: { operations: ['CREATE'], apiGroups: [''], resources: ['pods'] },
      delayMs: DELAY_MS,
    });
  });

  /** From a job's creation to the moment at which the scheduler may start all of its pods: what comes then is the cluster's. */
  async function jobMs(name: string): Promise<number> {
    const from = performance.now();
    await suite.world.create(computeJob(good, name, { parallelism: 2, nodeSelector: { suite: 'slow' } }));
    await eventually(async () => {
      const pods = (await suite.world.list('Pod', good)).filter(({ metadata }) =>
        metadata.name.startsWith(`${name}-gang`),
      );
      const { status } = (await suite.world.get('ComputeJob', good, name))!;
      expect(pods, status?.message).to.have.length(2);
      for (const { spec } of pods) expect(spec.schedulingGates, status?.message).to.equal(undefined);
    }, 120_000);
    const ms = performance.now() - from;
    await suite.world.delete('ComputeJob', good, name);
    return ms;
  }

  /** From a node's creation to a ComputeNode that says what jobs may use of it. */
  async function nodeMs(name: string): Promise<number> {
    const from = performance.now();
    added.push(name);
    await suite.world.create(fakeNode(name, { suite: 'added' }));
    await eventually(async () => {
      expect((await suite.world.get('ComputeNode', '', name))?.status?.state).to.equal('Running');
    }, 120_000);
    return performance.now() - from;
  }

  const measured = async (when: string) => {
    const jobs: number[] = [];
    const nodes: number[] = [];
    for (let n = 0; n < 3; n++) {
      jobs.push(await jobMs(`${when}-${n}`));
      nodes.push(await nodeMs(`${when}-${n}`));
    }
    const text = (times: readonly number[]) => times.map((ms) => ms.toFixed(0)).join(', ');
    console.log(`      ${when}: jobs of 2 ${text(jobs)} ms; new nodes ${text(nodes)} ms`);
    const [median, worst] = [1, 2].map(
      (index) => (times: readonly number[]) => times.toSorted((a, b) => a - b)[index]!,
    );
    return { median: { job: median!(jobs), node: median!(nodes) }, worst: { job: worst!(jobs), node: worst!(nodes) } };
  };

  it("delay the start of another tenant's jobs and the ComputeNode of a new node by little", async () => {
    const { median: undisturbed } = await measured('undisturbed');
    const resources = { requests: { cpu: '0.1' } };
    const wide = { parallelism: WIDTH, nodeSelector: { suite: 'wide' }, resources };
    for (let n = 0; n < GANGS; n++) await suite.world.create(computeJob(evil, `wide-${n}`, wide));
    await eventually(() => expect(webhook!.calls, 'calls of the webhook').to.be.above(20), 60_000);
    const { worst: beside } = await measured('beside');
    const calls = webhook!.calls;
    await sleep(2 * DELAY_MS);
    expect(webhook!.calls, 'calls of the webhook, which goes on').to.be.above(calls);
    expect(beside.job, `milliseconds of a job, undisturbed ${undisturbed.job}`).to.be.below(
      2 * undisturbed.job + NOISE_MS,
    );
    expect(beside.node, `milliseconds of a node, undisturbed ${undisturbed.node}`).to.be.below(
      2 * undisturbed.node + NOISE_MS,
    );
    const failures = suite.operator.logs.filter(({ err }) => JSON.stringify(err ?? '').includes('TIMED_OUT'));
    expect(failures, 'requests that timed out').to.deep.equal([]);
  });
});
