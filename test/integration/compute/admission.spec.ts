import { expect } from 'chai';
import { CONTAINER_SECURITY, POD_SECURITY } from '../../../constructs/restricted-pod.ts';
import type { ApplyConfiguration } from '../../../reconciler/kube/object.ts';
import { computeNamespace, computePlane } from '../../support/compute-plane.ts';
import { computeSuite } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { itLong } from '../../support/it-long.ts';
import { conditionOf } from '../../support/world.ts';

/** A webhook that nobody answers, for pods whose name ends like this. */
function deadWebhook(namespace: string, ending: string): ApplyConfiguration {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: namespace },
    webhooks: [
      {
        name: 'dead.example.com',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 1,
        clientConfig: { url: 'https://127.0.0.1:9/' },
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        matchConditions: [{ name: 'one', expression: `object.metadata.name.endsWith('${ending}')` }],
        rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
      },
    ],
  };
}

function limitRange(namespace: string, limits: object): ApplyConfiguration {
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { namespace, name: 'limits' },
    spec: { limits: [{ type: 'Container', ...limits }] },
  };
}

/** A pod that the webhook would hear of. */
const PROBE = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'probe-2' },
  spec: {
    securityContext: POD_SECURITY,
    containers: [{ name: 'probe', image: 'x', securityContext: CONTAINER_SECURITY }],
  },
});

describe('admission of a gang', function () {
  this.timeout(60_000);
  const suite = computeSuite({ name: 'admission', nodes: 3 });
  const scheduled = (job: Parameters<typeof conditionOf>[0]) => conditionOf(job, 'Scheduled');

  itLong(
    'that a dead webhook keeps incomplete is told with its message and an Event, and goes on once it is gone',
    async function () {
      const ns = await computeNamespace(this);
      const { kubectl } = await computePlane();
      await kubectl(['apply', '-f', '-'], { input: JSON.stringify(deadWebhook(ns, '-2')) });
      try {
        // The API server takes a moment to know its webhooks.
        await eventually(async () => {
          const answer = await kubectl(['-n', ns, 'create', '--dry-run=server', '-f', '-'], { input: PROBE }).then(
            () => 'admitted',
            ({ message }: Error) => message,
          );
          expect(answer).to.include('dead.example.com');
        });
        await suite.run(ns, 'torn', { command: ['run'], parallelism: 3, waitForHosts: false });
        const job = await suite.job(ns, 'torn', (found) =>
          expect(scheduled(found)?.message).to.include('failed calling webhook "dead.example.com"'),
        );
        expect(job.status.state).to.equal('Pending');
        const admitted = await suite.pods(ns);
        expect(admitted.map(({ metadata }) => metadata.name)).to.deep.equal(['torn-gang-1-0', 'torn-gang-1-1']);
        for (const { spec, status } of admitted) {
          expect([status.phase, spec.nodeName]).to.deep.equal(['Pending', undefined]);
          expect(spec.schedulingGates).to.deep.equal([{ name: 'rollcall.dev/gang' }]);
        }
        await eventually(async () => {
          const events = await suite.world.list('Event', ns);
          expect(events.map(({ reason }) => reason)).to.include('GangIncomplete');
        });
      } finally {
        await kubectl(['delete', 'validatingwebhookconfiguration', ns]);
      }
      await suite.job(ns, 'torn', ({ status }) => expect(status.state).to.equal('Running'), 30_000);
      await suite.world.delete('ComputeJob', ns, 'torn');
    },
  );

  for (const [what, resources, message] of [
    ['requests above limits', { requests: { cpu: 2 }, limits: { cpu: 1 } }, /must be less than or equal to cpu limit/],
    ['an extended resource without a limit', { requests: { 'x.com/y': 1 } }, /[Ll]imit must be set/],
  ] as const) {
    it(`of impossible pods (${what}) ends the job with the message, and leaves nothing behind`, async function () {
      const ns = await computeNamespace(this);
      for (const node of suite.nodes) await patchResources(node, { 'x.com/y': '9' });
      await suite.run(ns, 'impossible', { parallelism: 2, resources });
      const job = await suite.job(ns, 'impossible', ({ status }) => expect(status.state).to.equal('Failed'), 20_000);
      expect(conditionOf(job, 'Failed')).to.include({ reason: 'InvalidTemplate' });
      expect(job.status.message).to.match(message);
      await eventually(async () => {
        expect(await suite.pods(ns)).to.deep.equal([]);
        for (const node of suite.nodes) {
          const { jobs } = (await suite.world.get('ComputeNode', '', node))!.status;
          expect(jobs).not.to.include(`${ns}/impossible`);
        }
      }, 15_000);
    });
  }

  it('fits on what a LimitRange makes of its pods: one gang of three, none by half, and the others say what they lack', async function () {
    const ns = await computeNamespace(this);
    await suite.world.create(limitRange(ns, { defaultRequest: { cpu: '3' }, default: { cpu: '3' } }));
    const names = ['first', 'second', 'third'];
    for (const name of names) {
      await suite.run(ns, name, { command: ['run'], parallelism: 3, resources: { requests: { memory: '1Mi' } } });
    }
    await suite.job(ns, 'first', ({ status }) => expect(status?.state).to.equal('Running'), 20_000);
    for (const name of names.slice(1)) {
      const waiting = await suite.job(ns, name, (job) => expect(scheduled(job)?.reason).to.equal('WaitingForNodes'));
      expect(scheduled(waiting)!.message).to.match(/of these 3 are Running, of these 0 have 3 CPU.* free/);
    }
    const pods = await suite.pods(ns);
    expect(pods.map(({ metadata }) => metadata.name)).to.deep.equal([0, 1, 2].map((index) => `first-gang-1-${index}`));
    for (const { spec } of pods) expect(spec.containers[0].resources.requests).to.include({ cpu: '3' });
    for (const name of names) await suite.world.delete('ComputeJob', ns, name);
    // The garbage collector may take half a minute to know a new kind, or be faster; the next case needs the nodes.
    const { kubectl } = await computePlane();
    await kubectl(['-n', ns, 'delete', 'pods', '--all', '--ignore-not-found']);
  });

  it('that a LimitRange forbids holds no node and makes no pod, says why, and goes on when it is allowed', async function () {
    const ns = await computeNamespace(this);
    const max = (cpu: string) => limitRange(ns, { max: { cpu } });
    await suite.world.create(max('1'));
    const resources = { requests: { cpu: 2 }, limits: { cpu: 2 } };
    await suite.run(ns, 'large', { command: ['run'], parallelism: 2, resources });
    await suite.job(ns, 'large', (job) =>
      expect(scheduled(job)?.message).to.include('maximum cpu usage per Container is 1, but limit is 2'),
    );
    expect(await suite.pods(ns)).to.deep.equal([]);
    for (const node of suite.nodes) {
      expect((await suite.world.get('ComputeNode', '', node))!.status.jobs).not.to.include(`${ns}/large`);
    }
    await suite.world.patch('LimitRange', ns, 'limits', { spec: max('2').spec as object });
    await suite.job(ns, 'large', ({ status }) => expect(status?.state).to.equal('Running'), 50_000);
    await suite.world.delete('ComputeJob', ns, 'large');
  });

  async function patchResources(node: string, more: Readonly<Record<string, string>>): Promise<void> {
    const { kubectl } = await computePlane();
    const patch = JSON.stringify({ status: { allocatable: more, capacity: more } });
    await kubectl(['patch', 'node', node, '--subresource=status', '--type=merge', '-p', patch]);
  }
});
