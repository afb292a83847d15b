import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ComputeJobSpec } from '../../../constructs/crds/compute-job.ts';
import type { PeerGroupSpec } from '../../../constructs/crds/peer-group.ts';
import { AS_DEPLOYED } from '../../bench/as-deployed.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { EDITED } from '../../support/health/status-recorder.ts';
import { oldSource } from '../../support/old-source.ts';
import { reinstallDist } from '../../support/operator-identity.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { createCertificate } from '../../support/server/certificates.ts';
import { type AnyObject, conditionOf, openWorld, peerGroup, type World } from '../../support/world.ts';

const MAX_PEERS = 256;
/** Of characters that need no escape. */
const MB = 1_000_000;
const { certificate: PEM } = createCertificate('h.example', { days: 1 });

const peers = <T>(entry: (i: number) => T, count = MAX_PEERS) => Array.from({ length: count }, (_, i) => entry(i));
const names = peers((i) => `n${i}.x`, 16);

/** What version 0.1.0 could work with, at its limits or near odd values, and still works. */
const WORKING: Readonly<Record<string, PeerGroupSpec>> = {
  // As many as there may be. Every write of it took the API server seconds.
  urls: { peers: peers((i) => ({ name: `p${i}`, url: `https://h${i}.example:65535/a?b=${'x'.repeat(100)}` })) },
  certificates: {
    peers: peers((i) => ({ name: `p${i}`, url: `https://h${i}`, acceptCert: { pem: PEM } }), 64),
  },
  everywhere: { placement: 'PerNode', interval: '24h', timeout: '24h', topology: { type: 'Sampled', degree: 100 } },
  groups: { peers: [...peers((i) => ({ name: `other-${i}`, group: 'urls' }), 63), { group: 'everywhere' }] },
  large: { replicas: 5000, topology: { type: 'Ring' }, interval: '100ms', timeout: '1ms' },
  mesh: { replicas: 500, autoscaling: { minReplicas: 1, maxReplicas: 500 } },
  none: { replicas: 0 },
  ['n'.repeat(40)]: { replicas: 1, disruptionBudget: { maxUnavailable: 0 } },
  odd: {
    peers: [
      { name: 'numbers.1.2', url: 'http://[::1]:0080?x#y' },
      { name: 'underscore', url: 'http://_a_/' },
    ],
    resources: { requests: { cpu: '1e-3', memory: 67108864 }, limits: { memory: '0.5Gi' } },
    tolerations: [{ operator: 'Exists' }, { key: 'a', operator: 'Exists', value: '' }],
    affinity: { podAntiAffinity: {} },
  },
};

/** What would have ended it, or what it never could make, and the reason for which it is Degraded now. */
const TOO_MUCH: Readonly<Record<string, { readonly reason: string; readonly spec: PeerGroupSpec }>> = {
  affinity: { reason: 'SpecTooLarge', spec: { affinity: { podAffinity: { padding: 'x'.repeat(MB) } } } },
  'many-names': {
    reason: 'TooManyPeers',
    spec: { peers: names.map((name) => ({ name, group: 'large', via: 'Pods' })) },
  },
  'large-spec': {
    reason: 'SpecTooLarge',
    spec: {
      peers: peers((i) => ({ name: `p${i}`, url: `https://h${i}`, acceptCert: { pem: PEM.padEnd(16_000, '\n') } }), 42),
    },
  },
  references: {
    reason: 'CertificateTooLarge',
    spec: {
      peers: names.map((name) => ({
        name,
        url: 'https://x',
        acceptCert: { configMapKeyRef: { name: 'certificates', key: 'ca' } },
      })),
    },
  },
  // Peers of that version pinged port 80 instead.
  'port-0': { reason: 'ConfigInvalid', spec: { peers: [{ name: 'port', url: 'http://a:0' }] } },
  default: { reason: 'InvalidSpec', spec: { replicas: 1 } },
  'urls-svc': { reason: 'NameConflict', spec: { replicas: 1 } },
};

const JOBS: Readonly<Record<string, Partial<ComputeJobSpec>>> = {
  ['j'.repeat(40)]: { command: ['true'], parallelism: 1000 },
  'odd-environment': { command: ['true'], env: [{ name: 'A=B C', value: 'x' }] },
  'two-sources': {
    command: ['true'],
    env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
  },
  'odd-toleration': { command: ['true'], tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] },
  'odd-account': { command: ['true'], serviceAccountName: 'No Such Name' },
  'odd-selector': { command: ['true'], nodeSelector: { 'no label!': 'x' } },
  negative: { command: ['true'], resources: { requests: { cpu: -1 } } },
  first: { command: ['true'], priority: 2 ** 31 - 1, backoffLimit: 2 ** 31 - 1 },
};

describe('an upgrade from version 0.1.0 with objects at its limits', function () {
  this.timeout(600_000);
  let old: string | undefined;
  let world: World;
  let operator: OperatorProcess | undefined;
  let namespace: string;
  const workloads = new Map<string, AnyObject>();

  before(async function () {
    old = oldSource(this);
    const plane = controlPlane();
    const { kubectl } = plane;
    // The CRDs of today would judge what is created here.
    const definitions = await kubectl(['get', 'crd', '-o', 'name']);
    const ours = definitions.split('\n').filter((name) => name.endsWith('.rollcall.dev'));
    if (ours.length > 0) await kubectl(['delete', ...ours, '--timeout=60s']);
    await reinstallDist(plane, join(old, 'dist'));
    world = openWorld(plane);
    namespace = await namespaceFor(this);
    operator = await startOperator({ controlPlane: plane, program: join(old, 'reconciler/main.ts') });
    for (const [name, spec] of Object.entries(WORKING)) await create(peerGroup(namespace, name, spec));
    for (const name of Object.keys(WORKING)) workloads.set(name, await eventually(() => workload(name), 180_000, 500));
    expect(await operator.stop()).to.equal(0);
    const data = { ca: `${PEM}${'x'.repeat(MB)}` };
    const metadata = { namespace, name: 'certificates' };
    await world.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data } as never);
    for (const [name, { spec }] of Object.entries(TOO_MUCH)) await create(peerGroup(namespace, name, spec));
    for (const [name, spec] of Object.entries(JOBS)) {
      const metadata = { namespace, name };
      await create({ apiVersion: 'rollcall.dev/v1alpha1', kind: 'ComputeJob', metadata, spec });
    }
    await reinstallDist(plane);
    operator = await startOperator({ controlPlane: plane, env: AS_DEPLOYED.env });
  });

  after(async () => {
    await operator?.stop();
    await world?.close();
    if (old) rmSync(old, { recursive: true });
  });

  /** The API server takes a while to judge by another CRD. What version 0.1.0 says of an object's health is not judged. */
  const create = (object: ReturnType<typeof peerGroup>) => {
    const annotations = { [EDITED]: 'true' };
    const input = JSON.stringify({ ...object, metadata: { ...object.metadata, annotations } });
    // With the rules of version 0.1.0 a write takes seconds of the API server's CPU: longer than clients wait, if it is busy.
    return eventually(async () => {
      if (await world.get(object.kind, namespace, object.metadata.name)) return;
      await controlPlane().kubectl(['create', '-f', '-'], { input, timeoutMs: 120_000 });
    }, 60_000);
  };

  /** The StatefulSet or DaemonSet of a group, once the group's status knows of it. */
  async function workload(name: string): Promise<AnyObject> {
    const group = await observed('PeerGroup', name);
    expect(conditionOf(group, 'Degraded')?.reason, `Degraded of ${name}`).to.equal('AsExpected');
    const found = await world.get(
      WORKING[name]!.placement === 'PerNode' ? 'DaemonSet' : 'StatefulSet',
      namespace,
      name,
    );
    expect(found, `the workload of ${name}`).not.to.equal(undefined);
    return found!;
  }

  async function observed(kind: string, name: string): Promise<AnyObject> {
    const object = (await world.get(kind, namespace, name))!;
    expect(object.status?.observedGeneration, `observedGeneration of ${name}`).to.equal(object.metadata.generation);
    return object;
  }

  /** By today's operator: version 0.1.0 knew no such condition. */
  const observedToday = (kind: string, name: string) =>
    eventually(
      async () => {
        const object = await observed(kind, name);
        expect(conditionOf(object, 'Reconciling')?.reason, `Reconciling of ${name}`).not.to.equal('Pending');
        return object;
      },
      60_000,
      250,
    );

  /** Stored objects can be written by anybody: a label, and a field of the spec that is as good as before. */
  async function isWritable(kind: string, name: string, spec: object): Promise<void> {
    await world.patch(kind, namespace, name, { metadata: { labels: { written: 'yes' } } });
    await world.patch(kind, namespace, name, { spec });
  }

  it('restarts none of the groups that work, which go on working', async () => {
    for (const name of Object.keys(WORKING)) {
      await observedToday('PeerGroup', name);
      const after = await eventually(() => workload(name), 60_000, 250);
      const { uid, generation } = workloads.get(name)!.metadata;
      expect(after.metadata, `the workload of ${name}`).to.include({ uid, generation });
      await isWritable('PeerGroup', name, { log: { replies: 'Changes' } });
      await observedToday('PeerGroup', name);
      expect((await workload(name)).metadata, `the workload of ${name}`).to.include({ uid, generation });
    }
  });

  it('tells the others why they do not work in a condition, and they can be written', async () => {
    for (const [name, { reason }] of Object.entries(TOO_MUCH)) {
      const told = async () => {
        const group = await observedToday('PeerGroup', name);
        expect(conditionOf(group, 'Degraded'), name).to.include({ status: 'True', reason });
      };
      await eventually(told, 30_000);
      await isWritable('PeerGroup', name, { interval: '30s' });
      await eventually(told, 30_000);
    }
  });

  it('says of each job why it waits or has failed, and it can be written', async () => {
    for (const name of Object.keys(JOBS)) {
      const { status } = await observedToday('ComputeJob', name);
      expect(status.state, name).to.be.oneOf(['Pending', 'Failed']);
      expect(status.message, name).to.be.a('string').and.not.equal('');
      await world.patch('ComputeJob', namespace, name, { metadata: { labels: { written: 'yes' } } });
      await world.patch('ComputeJob', namespace, name, { spec: { ttlSecondsAfterFinished: 3_600 } });
      await observedToday('ComputeJob', name);
    }
  });
});
