import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { JOB_CHILDREN_SELECTOR, peerLabels } from '../../constructs/labels.ts';
import { MAX_NAMESPACE_BYTES } from '../../reconciler/kube/namespace-memory.ts';
import { AS_DEPLOYED } from '../bench/as-deployed.ts';
import { controlPlane, namespaceFor } from './control-plane.ts';
import { eventually } from './eventually.ts';
import { installDist } from './operator-identity.ts';
import { type OperatorProcess, startOperator } from './operator-process.ts';
import { type AnyObject, conditionOf, openWorld, peerGroup, type World } from './world.ts';

/** The operator's limit in dist/. */
const MEMORY_LIMIT = 512 * 1024 * 1024;
const MB = 1_000_000;
/** What a busy machine does to a single measurement, in milliseconds. */
const NOISE_MS = 3_000;

/** Labels that a selector of equalities selects. */
const labelsOf = (selector: string) => Object.fromEntries(selector.split(',').map((pair) => pair.split('=')));

interface AbuseOptions {
  /** Groups, and ConfigMaps that look like children, of a megabyte each. */
  readonly largeGroups: number;
}

/**
 * Call it in a `describe`: what one tenant does to an operator, which is started over and over, stays within dist/'s memory limit,
 * is told to that tenant, and delays another tenant's group by little.
 */
export function abuseCases({ largeGroups }: AbuseOptions): void {
  let world: World;
  let operator: OperatorProcess | undefined;
  let evil: string;
  let peak = 0;
  let undisturbedMs = 0;
  let sampling: NodeJS.Timeout | undefined;

  before(async function () {
    this.timeout(600_000);
    await installDist(controlPlane());
    world = openWorld(controlPlane());
    operator = await startOperator({ controlPlane: controlPlane(), env: AS_DEPLOYED.env });
    undisturbedMs = await childrenMs(await namespaceFor(this));
    evil = await namespaceFor(this);
    await world.create({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { namespace: evil, name: 'no-pods' },
      spec: { hard: { pods: '0' } },
    } as never);
    const padding = 'x'.repeat(MB);
    const pem = `-----BEGIN CERTIFICATE-----${'x'.repeat(5_500)}`;
    const wide = Array.from({ length: 80 }, (_, i) => ({ name: `p${i}`, url: 'https://x', acceptCert: { pem } }));
    let owner: AnyObject | undefined;
    for (let i = 0; i < largeGroups; i++) {
      const group = peerGroup(evil, `affinity-${i}`, { replicas: 0, affinity: { podAffinity: { padding } } });
      const created = await world.create(group);
      owner ??= created;
      await world.create(peerGroup(evil, `wide-${i}`, { replicas: 0, peers: wide }));
      const metadata = { namespace: evil, name: `like-a-child-${i}`, labels: peerLabels('like-a-child') };
      await world.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { padding } } as never);
      const { apiVersion, kind } = owner;
      const { name, uid } = owner.metadata;
      const ownerReferences = [{ apiVersion, kind, name, uid, controller: true }];
      const claimed = { ...metadata, name: `child-${i}`, ownerReferences };
      await world.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: claimed, data: { padding } } as never);
      await world.create({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          namespace: evil,
          name: `like-a-gang-${i}`,
          labels: labelsOf(JOB_CHILDREN_SELECTOR),
          annotations: { padding: 'x'.repeat(250_000) },
        },
        addressType: 'IPv4',
        endpoints: [],
      } as never);
    }
    await world.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: evil, name: 'certificates' },
      data: { ca: `-----BEGIN CERTIFICATE-----${padding}` },
    } as never);
    const names = Array.from({ length: 256 }, (_, i) => `n${i}.x`);
    const acceptCert = { configMapKeyRef: { name: 'certificates', key: 'ca' } };
    await world.create(
      peerGroup(evil, 'certificates', { peers: names.map((name) => ({ name, url: 'https://x', acceptCert })) }),
    );
    await world.create(peerGroup(evil, 'big', { replicas: 5000, topology: { type: 'None' } }));
    await world.create(
      peerGroup(evil, 'names', { peers: names.map((name) => ({ name, group: 'big', via: 'Pods' as const })) }),
    );
    // What it met as a change, it meets as a list now.
    expect(await operator.stop()).to.equal(0);
    operator = await startOperator({ controlPlane: controlPlane(), env: AS_DEPLOYED.env });
    sampling = setInterval(sample, 200);
  });

  after(async () => {
    clearInterval(sampling);
    await operator?.stop();
    await world?.close();
  });

  const sample = () =>
    void operator?.metric('process_resident_memory_bytes').then(
      (bytes) => {
        peak = Math.max(peak, bytes);
      },
      () => {},
    );
  const toldOf = (name: string, reason: string) =>
    eventually(async () => {
      const degraded = conditionOf(await world.get('PeerGroup', evil, name), 'Degraded');
      expect(degraded?.message, name).to.be.a('string');
      expect(`${degraded?.reason} ${degraded?.message}`, name).to.include(reason);
    }, 30_000);

  it('is told so in a condition of the group that does', async function () {
    this.timeout(120_000);
    await toldOf('affinity-0', 'SpecTooLarge');
    await toldOf('certificates', 'more than 16384 characters');
    await toldOf('names', 'TooManyPeers');
    if (largeGroups * 80 * 5_500 < 2 * MAX_NAMESPACE_BYTES) return;
    await eventually(async () => {
      const reasons = (await world.list('PeerGroup', evil)).map((group) => conditionOf(group, 'Degraded')?.reason);
      expect(reasons).to.include('NamespaceTooLarge');
    }, 30_000);
  });

  it('delays the group of another tenant by little', async function () {
    this.timeout(120_000);
    const ns = await namespaceFor(this);
    const ms = await childrenMs(ns, (name) =>
      world.patch('PeerGroup', evil, 'certificates', { metadata: { labels: { n: name } }, spec: { interval: '30s' } }),
    );
    expect(ms, `milliseconds until its StatefulSet, undisturbed ${undisturbedMs}`).to.be.below(
      2 * undisturbedMs + NOISE_MS,
    );
  });

  /** From a group's creation to its StatefulSet, the median of some, each after `meanwhile`. */
  async function childrenMs(ns: string, meanwhile: (name: string) => Promise<unknown> = async () => {}) {
    const times: number[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await meanwhile(name);
      const from = performance.now();
      await world.create(peerGroup(ns, name, { replicas: 0 }));
      await eventually(async () => expect(await world.get('StatefulSet', ns, name)).not.to.equal(undefined), 20_000);
      times.push(performance.now() - from);
    }
    return times.sort((a, b) => a - b)[2]!;
  }

  it('leaves the operator within its memory, which it was all the time', async () => {
    expect(await Promise.race([operator!.exited, sleep(0)]), 'exit').to.equal(undefined);
    expect((await operator!.admin('/livez')).status).to.equal(200);
    await operator!.metric('process_resident_memory_bytes');
    expect(peak, 'bytes').to.be.within(1, MEMORY_LIMIT);
  });
}
