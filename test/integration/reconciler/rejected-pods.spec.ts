import { expect } from 'chai';
import { FIELD_MANAGER } from '../../../constructs/names.ts';
import { PODS } from '../../../reconciler/kube/core-types.ts';
import type { ApplyConfiguration } from '../../../reconciler/kube/object.ts';
import { PodRejections } from '../../../reconciler/peer-group/pods/pod-rejections.ts';
import type { PeerGroupObject } from '../../../reconciler/peer-group/resources.ts';
import { AuditLog } from '../../support/audit-log.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { webPod } from '../../support/pods.ts';
import { conditionOf, peerGroup } from '../../support/world.ts';

describe('pods of a PeerGroup that are not there', () => {
  const suite = operatorSuite();

  /** Waits for the condition, and for an Event with its message. */
  async function shows(ns: string, reason: string, message: RegExp): Promise<void> {
    const condition = await suite.degraded(ns, 'web', reason);
    expect(condition.message).to.match(message);
    const group = await suite.world.get('PeerGroup', ns, 'web');
    expect(conditionOf(group, 'Progressing')?.reason).to.equal('Blocked');
    await eventually(async () => {
      const events = (await suite.world.list('Event', ns)).filter(({ regarding }) => regarding?.kind === 'PeerGroup');
      expect(events.filter((event) => event.reason === reason && message.test(event.note))).to.have.length(1);
    });
  }

  const inNamespace = (namespace: string, kind: string, name: string, spec: object): ApplyConfiguration => ({
    apiVersion: 'v1',
    kind,
    metadata: { namespace, name },
    spec,
  });

  interface Case {
    readonly title: string;
    /** What is in the way before the group is created. */
    readonly prepare: (ns: string) => Promise<unknown>;
    readonly spec: PeerGroupObject['spec'];
    readonly reason: string;
    readonly message: RegExp;
    /** Takes it out of the way. */
    readonly mend?: (ns: string) => Promise<unknown>;
  }

  const quota = async (ns: string, pods: string) => {
    await suite.world.create(inNamespace(ns, 'ResourceQuota', 'tight', { hard: { pods } }));
    await eventually(async () => {
      expect((await suite.world.get('ResourceQuota', ns, 'tight'))?.status?.hard).to.be.an('object');
    });
  };
  const limits = { limits: [{ type: 'Container', max: { memory: '16Mi' } }] };
  const foreign = webPod('web-0') as ApplyConfiguration;

  const cases: readonly Case[] = [
    {
      title: 'a quota in its own words, until there is room',
      prepare: (ns) => quota(ns, '1'),
      spec: { replicas: 3 },
      reason: 'QuotaExceeded',
      message: /^Pod web-1: pods "web-1" is forbidden: exceeded quota: tight/,
      mend: (ns) => suite.world.patch('PeerGroup', ns, 'web', { spec: { replicas: 1 } }),
    },
    {
      title: 'the limits of the namespace',
      prepare: (ns) => suite.world.create(inNamespace(ns, 'LimitRange', 'small', limits)),
      spec: { replicas: 1 },
      reason: 'PodRejected',
      message: /^Pod web-0: pods "web-0" is forbidden: .*maximum memory usage per Container is 16Mi/,
    },
    {
      title: 'that their priority class does not exist',
      prepare: async () => {},
      spec: { replicas: 1, priorityClassName: 'nobody' },
      reason: 'PodRejected',
      message: /^Pod web-0: .*no PriorityClass with name nobody was found/,
    },
    {
      title: 'that somebody else has a pod of that name, until it has gone',
      prepare: (namespace) => suite.world.create({ ...foreign, metadata: { ...foreign.metadata, namespace } }),
      spec: { replicas: 1 },
      reason: 'PodRejected',
      message: /^Pod web-0: pods "web-0" already exists/,
      mend: (ns) => suite.world.delete('Pod', ns, 'web-0'),
    },
  ];

  let stuck: string;
  /** The first to begin and the last to be looked at: it takes ten seconds. */
  before(async function () {
    this.timeout(30_000);
    stuck = await namespaceFor(this);
    await suite.world.create(peerGroup(stuck, 'web', { replicas: 1 }));
    await eventually(async () => expect(await suite.world.get('Pod', stuck, 'web-0')).not.to.equal(undefined));
    await containerWaits('ErrImagePull', 'manifest unknown\u001b[31m\u0085');
    await containerWaits('ImagePullBackOff', 'Back-off pulling image');
  });

  const containerWaits = async (reason: string, message: string) => {
    const container = { name: 'peer', ready: false, restartCount: 0, image: 'x', imageID: '' };
    const status = { phase: 'Pending', containerStatuses: [{ ...container, state: { waiting: { reason, message } } }] };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-0', namespace: stuck }, status };
    await suite.world.client.apply(PODS, pod, { fieldManager: 'kubelet', subresource: 'status' });
  };

  for (const { title, prepare, spec, reason, message, mend } of cases) {
    it(`show ${title}`, async function () {
      this.timeout(60_000);
      const ns = await namespaceFor(this);
      await prepare(ns);
      await suite.world.create(peerGroup(ns, 'web', spec));
      await shows(ns, reason, message);
      if (mend === undefined) return;
      await mend(ns);
      await suite.healthy(ns, 'web', 30_000);
    });
  }

  it('show a quota where a group has placement PerNode', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: ns, labels: { only: ns } } });
    await quota(ns, '0');
    await suite.world.create(peerGroup(ns, 'web', { placement: 'PerNode', nodeSelector: { only: ns } }));
    await shows(ns, 'QuotaExceeded', /exceeded quota: tight/);
    await suite.world.delete('Node', ns, ns);
  });

  it('are asked about seldom, however often their group is looked at', async function () {
    const ns = await namespaceFor(this);
    await quota(ns, '0');
    let clock = 0;
    const { client } = suite.world;
    const rejections = new PodRejections({ client, fieldManager: FIELD_MANAGER, now: () => clock });
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: ns, name: 'web-0' }, spec: { containers: [] } };
    const wanted = { ...pod, spec: { containers: [{ name: 'peer', image: 'x' }] } };
    const audit = new AuditLog(controlPlane());
    const asked: number[] = [];
    for (; clock < 3_600_000; clock += 1_000) {
      const { problem } = await rejections.check('ns/web', wanted, false);
      expect(problem !== undefined, `${clock} ms`).to.equal(clock >= 3_000);
      if (clock % 60_000 === 0) asked.push(podWrites(audit, ns));
    }
    expect(asked.slice(0, 3)).to.deep.equal([0, 3, 4]);
    expect(asked.at(-1)).to.be.within(12, 18);
  });

  it('show what the kubelet said first of an image that it can not pull', async function () {
    this.timeout(30_000);
    const condition = await eventually(async () => {
      const found = conditionOf(await suite.world.get('PeerGroup', stuck, 'web'), 'Degraded');
      expect(found).to.include({ status: 'True', reason: 'PodStuck' });
      return found;
    }, 20_000);
    expect(condition?.message).to.equal('Pod web-0 cannot start: ErrImagePull: manifest unknown\ufffd[31m\ufffd');
  });
});

/** Dry runs count: they are requests like all others. The quota's controller writes here, too. */
function podWrites(audit: AuditLog, namespace: string): number {
  return audit.writesIn(namespace).filter(({ objectRef }) => objectRef?.resource === 'pods').length;
}
