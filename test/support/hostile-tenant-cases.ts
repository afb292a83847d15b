import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { AS_DEPLOYED } from '../bench/as-deployed.ts';
import { AuditLog } from './audit-log.ts';
import { computeJob, fakeNode } from './compute-suite.ts';
import { controlPlane, namespaceFor } from './control-plane.ts';
import { eventually } from './eventually.ts';
import { ghostPods } from './ghost-pods.ts';
import { EDITED } from './health/status-recorder.ts';
import { HOSTILE_REPORTERS } from './hostile-reporters.ts';
import { OPERATOR_USER } from './operator-identity.ts';
import { operatorSuite } from './operator-suite.ts';
import { SimulatedPeers } from './simulated-peers.ts';
import { conditionOf, peerGroup } from './world.ts';

/** From the report of a link that is lost to the status that says so, in milliseconds: part of what is promised. */
const TOLD_MS = 5_000;
/** The operator's limit in dist/. */
const MEMORY_LIMIT = 512 * 1024 * 1024;
/** What a busy machine does to a single measurement, in milliseconds. */
const NOISE_MS = 5_000;
const NODES = ['tenants-0', 'tenants-1'];
/** Pods of groups are not for these nodes: their pods are simulated. */
const TAINT = { key: 'test.rollcall.dev/jobs', effect: 'NoSchedule' };
const GANG = {
  parallelism: NODES.length,
  nodeSelector: { suite: 'tenants' },
  tolerations: [{ key: TAINT.key, operator: 'Exists' as const }],
};

interface HostileTenantOptions {
  /** How long the tenant's pods are counted. */
  readonly seconds: number;
  /** Pods of each of its groups. */
  readonly pods: number;
}

/** Call it in a `describe`: a tenant's pods and jobs do what they can, beside a group and jobs of another. */
export function hostileTenantCases({ seconds, pods }: HostileTenantOptions): void {
  // Before the suite's own hook, which closes its connections.
  after(async () => {
    goodPeers?.close();
    evilPeers?.close();
    for (const name of NODES) await suite.world.delete('Node', '', name);
  });
  const suite = operatorSuite({ env: AS_DEPLOYED.env });
  const groups = Object.keys(HOSTILE_REPORTERS);
  let good: string;
  let evil: string;
  let goodPeers: SimulatedPeers;
  let evilPeers: SimulatedPeers;
  let undisturbedMs: number;

  before(async function () {
    this.timeout(120_000);
    const { world } = suite;
    good = await namespaceFor(this);
    evil = await namespaceFor(this);
    for (const name of NODES) {
      const node = fakeNode(name, { suite: 'tenants' }) as Record<string, unknown>;
      await world.create({ ...node, spec: { taints: [TAINT] } } as never);
    }
    goodPeers = new SimulatedPeers(world, 87);
    evilPeers = new SimulatedPeers(world, 88);
    await world.create(peerGroup(good, 'web', { replicas: 2, interval: '1s' }));
    for (const name of groups) await world.create(peerGroup(evil, name, { replicas: pods, interval: '1s' }));
    await goodPeers.run(good, ['web'], 2);
    await connected('True');
    undisturbedMs = await jobMs('before');
  });

  const connected = (status: string) =>
    eventually(async () => {
      const group = await suite.world.get('PeerGroup', good, 'web');
      expect(conditionOf(group, 'Connected')?.status).to.equal(status);
    }, 30_000);

  /** From a job's creation to its end. */
  async function jobMs(name: string): Promise<number> {
    const from = performance.now();
    await suite.world.create(computeJob(good, name, GANG));
    await eventually(async () => {
      expect((await suite.world.get('ComputeJob', good, name))?.status?.state).to.equal('Completed');
    }, 60_000);
    return performance.now() - from;
  }

  it("do not keep another tenant's jobs from any node", async function () {
    this.timeout(90_000);
    const { world } = suite;
    // Unbound pods that claim every node, a resource that is called like a property of every object, and a status that counts for ever.
    const claimer = await world.create(computeJob(evil, 'claimer', { ...GANG, suspend: true }));
    const ghosts = ghostPods(claimer, NODES);
    for (const pod of ghosts) await world.create(pod);
    const requests = { cpu: 4, constructor: '1' };
    await world.create(computeJob(evil, 'odd', { ...GANG, resources: { requests } }));
    const counter = computeJob(evil, 'counter', { ...GANG, suspend: true });
    const annotations = { [EDITED]: 'true' };
    await world.create({ ...counter, metadata: { ...counter.metadata, annotations } });
    const status = { state: 'Running', attempt: 1, nodes: NODES, completedIndexes: '0-99999999999' };
    const patch = JSON.stringify({ status });
    const target = ['-n', evil, 'patch', 'computejob', 'counter', '--subresource=status', '--type=merge'];
    await controlPlane().kubectl([...target, '-p', patch]);
    try {
      const ms = await jobMs('beside');
      console.log(`      a gang of ${NODES.length}: ${ms.toFixed(0)} ms, undisturbed ${undisturbedMs.toFixed(0)} ms`);
      expect(ms, `milliseconds, undisturbed ${undisturbedMs}`).to.be.below(2 * undisturbedMs + NOISE_MS);
    } finally {
      for (const { metadata } of ghosts)
        await world.patch('Pod', evil, metadata.name, { metadata: { finalizers: null } });
    }
  });

  it('delay what another tenant is told of a link by little, at a bounded number of requests and writes', async function () {
    this.timeout(90_000 + seconds * 1_000);
    const audit = new AuditLog(controlPlane());
    const from = performance.now();
    for (const name of groups) await evilPeers.run(evil, [name], pods, 30_000, HOSTILE_REPORTERS[name]);
    await sleep((seconds * 1_000) / 2);

    const lost = performance.now();
    goodPeers.peers.get('web-0')!.lose('web-1');
    await connected('False');
    const toldMs = performance.now() - lost;
    goodPeers.peers.get('web-0')!.regain('web-1');
    await connected('True');
    expect(toldMs, 'milliseconds until the lost link was told').to.be.below(TOLD_MS);

    const jobTook = await jobMs('among-reports');
    expect(jobTook, `milliseconds of a job, undisturbed ${undisturbedMs}`).to.be.below(2 * undisturbedMs + NOISE_MS);

    await sleep(Math.max(0, seconds * 1_000 - (performance.now() - from)));
    const requests = [...evilPeers.peers.values()].map((peer) => [peer.name, peer.requests] as const);
    const elapsed = (performance.now() - from) / 1_000;
    const written = audit.requestsOf(OPERATOR_USER).filter(({ objectRef }) => objectRef?.namespace === evil);
    const memory = await suite.operator.metric('process_resident_memory_bytes');
    console.log(
      `      told after ${toldMs.toFixed(0)} ms; a gang ${jobTook.toFixed(0)} ms; ${(memory / 2 ** 20).toFixed(0)} MiB`,
    );
    for (const name of groups) {
      const counts = requests.filter(([pod]) => pod.startsWith(`${name}-`)).map(([, count]) => count);
      const statuses = written.filter(
        ({ verb, objectRef }) =>
          verb === 'patch' &&
          objectRef?.name === name &&
          objectRef.resource === 'peergroups' &&
          objectRef.subresource === 'status',
      ).length;
      const events = written.filter(
        ({ verb, objectRef, requestObject }) =>
          verb !== 'get' &&
          objectRef?.resource === 'events' &&
          (requestObject?.regarding?.name === name || objectRef.name?.startsWith(`${name}.`)),
      ).length;
      console.log(
        `      ${name}: in ${elapsed.toFixed(1)} s requests ${counts}, statuses ${statuses}, Events ${events}`,
      );
      // docs/guide/hardening.md
      expect(Math.max(...counts), `requests at a pod of ${name}`).to.be.within(1, 8 + elapsed + 1);
      expect(statuses, `statuses of ${name}`).to.be.at.most(20 + elapsed / 2 + 1);
      expect(events, `Events of ${name}`).to.be.at.most(25 + elapsed / 60 + 1);
    }
    expect(memory, 'bytes of the operator').to.be.below(MEMORY_LIMIT);
  });

  it('are told of as they are in the end', async function () {
    this.timeout(60_000);
    for (const peer of evilPeers.peers.values()) {
      peer.instead = undefined;
      peer.lie = (report) => report;
      peer.changes.change();
    }
    for (const name of groups)
      await eventually(async () => {
        const group = await suite.world.get('PeerGroup', evil, name);
        expect(conditionOf(group, 'Connected'), name).to.include({ status: 'True', reason: 'AllLinksUp' });
      }, 40_000);
  });
}
