import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { EDITED } from '../../support/health/status-recorder.ts';
import { installDist, reinstallDist } from '../../support/operator-identity.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { conditionOf, openWorld, peerGroup, type World } from '../../support/world.ts';

/** What an older or hand-edited definition may have let in, by name. */
const ODD_GROUPS: Readonly<Record<string, unknown>> = {
  text: 'x',
  'text-peers': { peers: 'x' },
  'null-peer': { peers: [null] },
  'number-peer': { peers: [7] },
  'null-spec': null,
  list: [1],
  'text-tls': { tls: 'x', placement: 3 },
};
const ODD_JOBS: Readonly<Record<string, unknown>> = {
  text: 'x',
  'null-command': { command: null, parallelism: 'many' },
  'null-spec': null,
  resources: { command: ['true'], resources: { requests: 'x' } },
};

/** What was valid until pod fields of both kinds got the same rules. */
const OLD_GROUP = {
  replicas: 1,
  tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }, { value: 'c' }],
  nodeSelector: { 'a b': 'c' },
};
const OLD_JOB = {
  command: ['true'],
  image: 'my image',
  tolerations: [{ operator: 'Exists', effect: 'NoExecute', tolerationSeconds: -5 }],
};
const { image: _, ...RUNNABLE_JOB } = OLD_JOB;

describe('objects that an older, laxer definition let in', () => {
  let world: World;
  let operator: OperatorProcess | undefined;
  let namespace: string;

  before(async function () {
    this.timeout(120_000);
    await installDist(controlPlane());
    world = openWorld(controlPlane());
    namespace = await namespaceFor(this);
    await loosen('peergroups');
    await loosen('computejobs');
    await store('PeerGroup', ODD_GROUPS, undefined);
    // Its state and its promised nodes are read by what all jobs share.
    await store('ComputeJob', ODD_JOBS, { state: 'Running', attempt: 1, nodes: [null], completedIndexes: 7 });
    await store('PeerGroup', { old: OLD_GROUP }, undefined);
    await store('ComputeJob', { old: OLD_JOB, runnable: RUNNABLE_JOB }, undefined);
    await reinstallDist(controlPlane());
    operator = await startOperator({ controlPlane: controlPlane() });
  });

  after(async () => {
    await operator?.stop();
    await world?.close();
  });

  /** Lets the definition take anything. */
  async function loosen(plural: string): Promise<void> {
    const { kubectl } = controlPlane();
    const anything = { 'x-kubernetes-preserve-unknown-fields': true };
    const schema = { type: 'object', properties: { spec: anything, status: anything } };
    const patch = JSON.stringify([
      { op: 'replace', path: '/spec/versions/0/schema/openAPIV3Schema', value: schema },
      { op: 'replace', path: '/spec/versions/0/subresources', value: { status: {} } },
    ]);
    await kubectl(['patch', 'crd', `${plural}.rollcall.dev`, '--type=json', '-p', patch]);
  }

  /** The API server takes some seconds to judge by another schema. */
  async function store(kind: string, specs: Readonly<Record<string, unknown>>, status: unknown): Promise<void> {
    const { kubectl } = controlPlane();
    for (const [name, spec] of Object.entries(specs)) {
      // A status that the operator has not written tells nobody how the object is.
      const annotations = status === undefined ? {} : { [EDITED]: 'true' };
      const metadata = { namespace, name, annotations };
      const object = { apiVersion: 'rollcall.dev/v1alpha1', kind, metadata, spec, status };
      await eventually(() => kubectl(['create', '-f', '-'], { input: JSON.stringify(object) }), 20_000);
      if (status === undefined) continue;
      const patch = JSON.stringify({ status });
      await kubectl(['-n', namespace, 'patch', kind, name, '--subresource=status', '--type=merge', '-p', patch]);
    }
  }

  it('keep nobody else waiting, and are told of', async function () {
    this.timeout(60_000);
    const other = await namespaceFor(this);
    await world.create(peerGroup(other, 'web', { replicas: 1 }));
    await eventually(async () => expect(await world.get('StatefulSet', other, 'web')).not.to.equal(undefined));
    expect((await operator!.admin('/metrics')).status, '/metrics').to.equal(200);
    await toldOf('PeerGroup', ODD_GROUPS);
    await toldOf('ComputeJob', ODD_JOBS);
  });

  /** The API server itself rejects a status of an object whose types are wrong: those have an Event only. */
  async function toldOf(kind: string, specs: Readonly<Record<string, unknown>>): Promise<void> {
    await eventually(async () => {
      const events = (await world.list('Event', namespace)).filter(({ reason }) => reason === 'InvalidSpec');
      const told = events.filter(({ regarding }) => regarding.kind === kind).map(({ regarding }) => regarding.name);
      expect(told).to.include.members(Object.keys(specs));
    });
  }

  it('can still be written, but not made worse', async function () {
    this.timeout(60_000);
    const { kubectl } = controlPlane();
    const patch = (resource: string, change: object) =>
      kubectl(['-n', namespace, 'patch', resource, '--type=merge', '-p', JSON.stringify(change)]);
    for (const resource of ['peergroup/old', 'computejob/old', 'computejob/runnable'])
      await patch(resource, { metadata: { labels: { team: 'a' } } });
    await patch('peergroup/old', { spec: { interval: '5s' } });
    await patch('computejob/old', { spec: { priority: 7 } });
    const refusal = await patch('computejob/old', { spec: { image: 'your image' } }).catch(
      ({ message }: Error) => message,
    );
    expect(refusal).to.include('image must be an image reference');
    await eventually(async () => {
      const status = async (kind: string, name: string, type: string) =>
        conditionOf(await world.get(kind, namespace, name), type)?.reason;
      expect(await status('PeerGroup', 'old', 'Degraded')).to.equal('InvalidSpec');
      expect(await status('ComputeJob', 'old', 'Scheduled')).to.equal('InvalidSpec');
      // Kubernetes takes a negative time for 0: such a job runs on.
      expect(await status('ComputeJob', 'runnable', 'Scheduled')).to.be.oneOf(['WaitingForNodes', 'Placed']);
    });
  });

  it('do not keep the queue of jobs from its start', async function () {
    this.timeout(30_000);
    const other = await namespaceFor(this);
    const metadata = { namespace: other, name: 'wide' };
    const spec = { command: ['true'], parallelism: 3 };
    await world.create({ apiVersion: 'rollcall.dev/v1alpha1', kind: 'ComputeJob', metadata, spec });
    await eventually(async () => {
      const scheduled = conditionOf(await world.get('ComputeJob', other, 'wide'), 'Scheduled');
      expect(scheduled).to.include({ status: 'False' });
    });
  });
});
