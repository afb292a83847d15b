import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { OPERATOR_SELECTOR } from '../../../constructs/labels.ts';
import { OPERATOR_NAMESPACE } from '../../../constructs/names.ts';
import { AuditLog } from '../../support/audit-log.ts';
import { computeNamespace, computePlane, stopComputeOperator } from '../../support/compute-plane.ts';
import { computeJob, computeSuite } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { EDITED } from '../../support/health/status-recorder.ts';
import { oldSource } from '../../support/old-source.ts';
import { OperatorPair } from '../../support/operator-pair.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { type AnyObject, peerGroup } from '../../support/world.ts';
import { writerTurns } from '../../support/writers.ts';

const GROUPS = 50;
const JOBS = 20;
/** For so long the new operators hold the Lease beside the old one, which knows none. */
const BESIDE_MS = 10_000;

describe('an upgrade from one operator of version 0.1.0 to two that elect a leader', function () {
  this.timeout(600_000);
  const suite = computeSuite({ name: 'to-two', nodes: 5, cpu: 16 });
  let source: string | undefined;
  let old: OperatorProcess | undefined;
  let pair: OperatorPair | undefined;

  before(async function () {
    source = oldSource(this);
    await stopComputeOperator();
  });
  after(async () => {
    await pair?.stop();
    await old?.stop();
    if (source) rmSync(source, { recursive: true });
    await suite.world.delete('Pod', OPERATOR_NAMESPACE, 'old').catch(() => {});
    await suite.world.delete('Lease', OPERATOR_NAMESPACE, 'rollcall').catch(() => {});
  });

  it(`doubles nothing of ${GROUPS} groups and ${JOBS} running jobs, and has one writer at a time`, async function () {
    const { world } = suite;
    const controlPlane = await computePlane();
    const ns = await computeNamespace(this);
    old = await startOperator({ controlPlane, program: join(source!, 'reconciler/main.ts') });
    // Its pod, as the API server would show it; that it is no process of a kubelet's makes no difference to who asks.
    await world.create({
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: { namespace: OPERATOR_NAMESPACE, name: 'old', labels: OPERATOR_SELECTOR },
      spec: { schedulerName: 'nobody', containers: [restricted], securityContext: POD_SECURITY },
    });
    for (let n = 0; n < GROUPS; n++) await world.create(peerGroup(ns, `group-${n}`, { replicas: 1 }));
    for (let n = 0; n < JOBS; n++) {
      const job = computeJob(ns, `job-${n}`, { command: ['run'], parallelism: 2, nodeSelector: { suite: 'to-two' } });
      await world.create({ ...job, metadata: { ...job.metadata, annotations: { [EDITED]: 'true' } } });
    }
    const running = () =>
      eventually(
        async () => {
          const jobs = await world.list('ComputeJob', ns);
          expect(jobs.filter(({ status }) => status?.state === 'Running')).to.have.length(JOBS);
          const groups = await world.list('PeerGroup', ns);
          expect(groups.filter(({ status }) => status?.observedGeneration === 1)).to.have.length(GROUPS);
        },
        180_000,
        500,
      );
    await running();
    const uids = async () =>
      (await Promise.all(['Pod', 'StatefulSet', 'Service'].map((kind) => world.list(kind, ns))))
        .flat()
        .filter(isOurs)
        .map(({ metadata }) => metadata.uid)
        .sort();
    const before = await uids();

    const audit = new AuditLog(controlPlane);
    pair = new OperatorPair(controlPlane);
    await pair.replace();
    await eventually(async () => {
      const lease = await world.get('Lease', OPERATOR_NAMESPACE, 'rollcall');
      expect(lease?.spec.holderIdentity).to.be.a('string').and.not.equal('');
    }, 30_000);
    for (let n = 0; n < 10; n++) {
      await world.patch('PeerGroup', ns, `group-${n}`, { spec: { interval: '9s' } });
      await sleep(BESIDE_MS / 10);
    }
    expect(writerTurns(audit), 'the old one only').to.have.length(1);
    expect(await old.stop()).to.equal(0);
    await world.delete('Pod', OPERATOR_NAMESPACE, 'old');

    await pair.leader(30_000);
    await world.patch('PeerGroup', ns, 'group-49', { spec: { interval: '9s' } });
    await eventually(async () => {
      const group = await world.get('PeerGroup', ns, 'group-49');
      expect(group?.status?.observedGeneration).to.equal(2);
    }, 60_000);
    expect(writerTurns(audit), 'the old one, then a new one').to.have.length(2);
    expect(await uids(), 'pods, StatefulSets and Services').to.deep.equal(before);
    for (const { metadata, status } of await world.list('ComputeJob', ns)) {
      expect(status, metadata.name).to.deep.include({ state: 'Running', attempt: 1 });
      await world.delete('ComputeJob', ns, metadata.name);
    }
  });
});

/** Not of those that Kubernetes itself puts into every namespace. */
function isOurs({ metadata }: AnyObject): boolean {
  return (metadata.ownerReferences ?? []).length > 0;
}

const POD_SECURITY = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } };
const restricted = {
  ...{ name: 'operator', image: 'rollcall:old' },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
