import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { OPERATOR_NAMESPACE } from '../../../constructs/names.ts';
import { AuditLog } from '../../support/audit-log.ts';
import { computeNamespace, computePlane, stopComputeOperator } from '../../support/compute-plane.ts';
import { computeJob, computeSuite } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { OPERATOR_USER } from '../../support/operator-identity.ts';
import { OperatorPair } from '../../support/operator-pair.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { openWorld, peerGroup, type World } from '../../support/world.ts';
import { returnedWriters, writerTurns } from '../../support/writers.ts';

const ROUNDS = 100;
/** Two a round, and a job in every second one. */
const GROUPS_A_ROUND = 2;
const JOBS_EVERY = 2;
/** A quarter of what it comes with, so that a hundred takeovers fit in ten minutes. */
const QUICK = [
  ...['--leader-elect-lease-duration', '4s', '--leader-elect-renew-deadline', '2500ms'],
  ...['--leader-elect-retry-period', '500ms'],
];
const TAKEOVER_MS = 20_000;
/** What is made of a PeerGroup, but ConfigMaps, of which each edit makes another. */
const CHILDREN = ['StatefulSet', 'Service', 'ServiceAccount', 'PodDisruptionBudget'];

/** Moves a process's wall clock by so many milliseconds; its monotonic clock goes on as it was. */
function clockMovedBy(ms: number): Record<string, string> {
  const module = `const now = Date.now; Date.now = () => now() + ${ms};`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module)}` };
}

describe('operators that take over from each other', function () {
  this.timeout(3_600_000);
  computeSuite({ name: 'failover', nodes: 5, cpu: 16 });
  let world: World;
  let pair: OperatorPair;

  before(async () => {
    await stopComputeOperator();
    world = openWorld(await computePlane());
  });
  beforeEach(async () => {
    pair = new OperatorPair(await computePlane(), QUICK);
  });
  afterEach(async () => {
    await pair?.stop();
    await world.delete('Lease', OPERATOR_NAMESPACE, 'rollcall').catch(() => {});
  });
  after(() => world?.close());

  /** Work for the leader: some groups, a job, and edits of what is there. */
  async function work(ns: string, round: number): Promise<void> {
    for (let n = 0; n < GROUPS_A_ROUND; n++) {
      await world.create(peerGroup(ns, `group-${round}-${n}`, { replicas: 0, interval: '7s' }));
    }
    if (round % JOBS_EVERY === 0) {
      await world.create(computeJob(ns, `job-${round}`, { parallelism: 2, nodeSelector: { suite: 'failover' } }));
    }
    for (let edited = Math.max(0, round - 3); edited < round; edited++) {
      await world.patch('PeerGroup', ns, `group-${edited}-0`, { spec: { interval: `${8 + round}s` } });
    }
  }

  /** Waits until everything of this many rounds is done. */
  async function settled(ns: string, rounds: number): Promise<void> {
    await eventually(
      async () => {
        const groups = await world.list('PeerGroup', ns);
        expect(groups).to.have.length(rounds * GROUPS_A_ROUND);
        for (const { metadata, status } of groups) expect(status?.observedGeneration).to.equal(metadata.generation);
        for (const job of await world.list('ComputeJob', ns)) expect(job.status?.state).to.equal('Completed');
      },
      180_000,
      1_000,
    );
  }

  /** What the namespace holds, without what differs from one namespace or moment to another. */
  async function content(ns: string): Promise<string[]> {
    const lists = await Promise.all([...CHILDREN, 'ConfigMap'].map((kind) => world.list(kind, ns)));
    const children = lists.flat().filter(({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'PeerGroup');
    return children
      .map(({ kind, metadata: { name, labels }, spec, data }) => {
        const { clusterIP: _, clusterIPs: __, ...rest } = spec ?? {};
        const text = JSON.stringify({ kind, name, labels, spec: rest, data });
        return text
          .replaceAll(ns, 'NS')
          .replaceAll(/-config-[0-9a-z]+/g, '-config-X')
          .replaceAll(/[0-9a-f]{12,}/g, 'X');
      })
      .sort();
  }

  /** Creations beyond one for each deletion and one more, and deletions of anything but ConfigMaps. */
  function doubled(audit: AuditLog, ns: string): string[] {
    const balance = new Map<string, number>();
    const surprises: string[] = [];
    for (const { verb, objectRef, responseStatus, requestURI } of audit.requestsOf(OPERATOR_USER)) {
      if (requestURI.includes('dryRun')) continue;
      if (objectRef?.namespace !== ns || objectRef.subresource !== undefined || objectRef.resource === 'events')
        continue;
      const name = `${objectRef.resource}/${objectRef.name}`;
      const isDone = (responseStatus?.code ?? 500) < 300;
      if (responseStatus?.code === 201 && !name.endsWith('/undefined')) balance.set(name, (balance.get(name) ?? 0) + 1);
      if (verb !== 'delete' || !isDone) continue;
      balance.set(name, (balance.get(name) ?? 0) - 1);
      if (objectRef.resource !== 'configmaps') surprises.push(`deleted ${name}`);
    }
    for (const [name, count] of balance) if (count > 1) surprises.push(`created ${name} ${count} times`);
    return surprises;
  }

  /** A leader with work and a standby; `harm` does something to the leader, and the other takes over. */
  async function campaign(
    ns: string,
    audit: AuditLog,
    harm: (leader: OperatorProcess) => Promise<OperatorProcess>,
  ): Promise<number[]> {
    await pair.replace();
    await pair.leader(TAKEOVER_MS);
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const leader = await pair.leader(TAKEOVER_MS);
      const working = work(ns, round);
      await sleep(Math.random() * 400);
      const started = performance.now();
      const next = await harm(leader);
      took.push(performance.now() - started);
      expect(next).not.to.equal(leader);
      await working;
      expect(returnedWriters(audit), `round ${round}`).to.deep.equal([]);
      await pair.replace();
    }
    await settled(ns, ROUNDS);
    return took.sort((a, b) => a - b);
  }

  function report(took: readonly number[], audit: AuditLog): void {
    const at = (share: number) => (took[Math.floor(share * (took.length - 1))]! / 1_000).toFixed(1);
    const writers = writerTurns(audit);
    const writes = writers.reduce((sum, turn) => sum + turn.writes, 0);
    console.log(
      `        ${took.length} takeovers: median ${at(0.5)} s, longest ${at(1)} s; ${writes} writes of ${writers.length} leaders`,
    );
  }

  it(`lose and double nothing when the leader is killed ${ROUNDS} times in the middle of its work`, async function () {
    const ns = await computeNamespace(this);
    const audit = new AuditLog(await computePlane());
    const took = await campaign(ns, audit, (leader) => {
      leader.signal('SIGKILL');
      return pair.leader(TAKEOVER_MS, leader);
    });
    report(took, audit);
    expect(took.at(-1)).to.be.at.most(TAKEOVER_MS);
    expect(doubled(audit, ns)).to.deep.equal([]);
    for (const job of await world.list('ComputeJob', ns)) {
      expect(job.status, job.metadata.name).to.deep.include({ attempt: 1, failed: 0, succeeded: 2 });
    }
    await pair.stop();

    // The same, made at once, by one that nobody disturbs.
    const calm = await computeNamespace(this);
    for (const { metadata, spec } of await world.list('PeerGroup', ns)) {
      await world.create(peerGroup(calm, metadata.name, spec));
    }
    const undisturbed = await startOperator({ controlPlane: await computePlane() });
    try {
      await settled(calm, ROUNDS);
      await eventually(async () => expect(await content(ns)).to.deep.equal(await content(calm)), 30_000, 1_000);
    } finally {
      await undisturbed.stop();
    }
  });

  it(`let a leader that was frozen ${ROUNDS} times in a burst, for longer than its lease, write nothing when it wakes`, async function () {
    const ns = await computeNamespace(this);
    const audit = new AuditLog(await computePlane());
    const took = await campaign(ns, audit, async (leader) => {
      leader.signal('SIGSTOP');
      const next = await pair.leader(TAKEOVER_MS, leader);
      leader.signal('SIGCONT');
      expect(await leader.exited).to.equal(1);
      return next;
    });
    report(took, audit);
    expect(doubled(audit, ns)).to.deep.equal([]);
  });

  it('are never two at once while their Lease is deleted and overwritten by hand', async function () {
    const ns = await computeNamespace(this);
    const audit = new AuditLog(await computePlane());
    await pair.replace();
    for (let round = 0; round < 10; round++) {
      await pair.leader(TAKEOVER_MS);
      const working = work(ns, round);
      await sleep(Math.random() * 400);
      if (round % 2 === 0) await world.delete('Lease', OPERATOR_NAMESPACE, 'rollcall');
      else await world.patch('Lease', OPERATOR_NAMESPACE, 'rollcall', { spec: { holderIdentity: 'somebody' } });
      await working;
      await eventually(() => expect(pair.running.length).to.be.below(2), 10_000);
      await pair.replace();
      expect(returnedWriters(audit), `round ${round}`).to.deep.equal([]);
    }
    await pair.leader(TAKEOVER_MS);
    await settled(ns, 10);
    expect(returnedWriters(audit)).to.deep.equal([]);
  });

  it('are never two at once when their clocks are two hours apart', async function () {
    const ns = await computeNamespace(this);
    const audit = new AuditLog(await computePlane());
    const hour = 3_600_000;
    for (const [round, ms] of [hour, -hour, hour, -hour].entries()) {
      if (pair.running.length === 0) await pair.start({ env: clockMovedBy(-ms) });
      await pair.leader(TAKEOVER_MS);
      await pair.start({ env: clockMovedBy(ms) });
      const leader = await pair.leader(TAKEOVER_MS);
      await work(ns, round);
      leader.signal('SIGSTOP');
      const next = await pair.leader(TAKEOVER_MS, leader);
      leader.signal('SIGCONT');
      expect(await leader.exited).to.equal(1);
      expect(next).not.to.equal(leader);
    }
    await settled(ns, 4);
    expect(returnedWriters(audit)).to.deep.equal([]);
  });

  it('are never two at once while the API server takes 8 s for each request of one of them', async function () {
    const ns = await computeNamespace(this);
    const controlPlane = await computePlane();
    const audit = new AuditLog(controlPlane);
    const proxy = await startFaultProxy(controlPlane);
    // With the times that it comes with: 8 s are less than the 10 s in which a renewal must be answered.
    pair = new OperatorPair(controlPlane);
    try {
      await pair.start({ server: proxy.url });
      await pair.leader(TAKEOVER_MS);
      await pair.start();
      proxy.setRule(({ isWatch }) => (isWatch ? undefined : { type: 'delay', ms: 8_000 }));
      for (let round = 0; round < 12; round++) {
        await work(ns, round);
        await sleep(5_000);
        expect(returnedWriters(audit), `round ${round}`).to.deep.equal([]);
      }
      proxy.setRule(undefined);
      await pair.leader(2 * TAKEOVER_MS);
      await settled(ns, 12);
      expect(returnedWriters(audit)).to.deep.equal([]);
    } finally {
      await pair.stop();
      await proxy.stop();
    }
  });
});
