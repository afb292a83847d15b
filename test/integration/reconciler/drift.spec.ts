import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { AuditLog } from '../../support/audit-log.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { OPERATOR_USER } from '../../support/operator-identity.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { startWebhook } from '../../support/webhook.ts';
import { type AnyObject, conditionOf, peerGroup } from '../../support/world.ts';

/** An edit of a child of group `web`, as a merge patch made from the object as it is. */
interface Edit {
  readonly title: string;
  readonly kind: string;
  readonly patch: (live: AnyObject) => object;
}

const inTemplate = (live: AnyObject, change: (container: AnyObject) => object) => ({
  spec: { template: { spec: { containers: live.spec.template.spec.containers.map(change) } } },
});
const without = (object: AnyObject, field: string) =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== field));

const EDITS: readonly Edit[] = [
  {
    title: 'a port more in the NetworkPolicy',
    kind: 'NetworkPolicy',
    patch: ({ spec: { ingress } }) => ({
      spec: {
        ingress: ingress.map((rule: AnyObject) => ({ ...rule, ports: [...rule.ports, { port: 22, protocol: 'TCP' }] })),
      },
    }),
  },
  {
    title: 'a metric more in the HorizontalPodAutoscaler',
    kind: 'HorizontalPodAutoscaler',
    patch: ({ spec: { metrics } }) => {
      const target = { type: 'Utilization', averageUtilization: 1 };
      return { spec: { metrics: [...metrics, { type: 'Resource', resource: { name: 'memory', target } }] } };
    },
  },
  {
    title: 'no automountServiceAccountToken in the ServiceAccount',
    kind: 'ServiceAccount',
    patch: () => ({ automountServiceAccountToken: null }),
  },
  {
    title: 'no automountServiceAccountToken in the pods',
    kind: 'StatefulSet',
    patch: () => ({ spec: { template: { spec: { automountServiceAccountToken: null } } } }),
  },
  {
    title: 'no allowPrivilegeEscalation in the container',
    kind: 'StatefulSet',
    patch: (live) =>
      inTemplate(live, (container) => ({
        ...container,
        securityContext: without(container.securityContext, 'allowPrivilegeEscalation'),
      })),
  },
  {
    title: 'an argument more',
    kind: 'StatefulSet',
    patch: (live) => inTemplate(live, (container) => ({ ...container, args: [...container.args, '--more'] })),
  },
  {
    title: 'a budget of another size',
    kind: 'PodDisruptionBudget',
    patch: () => ({ spec: { maxUnavailable: '100%' } }),
  },
  {
    title: 'a value set to what it is anyway by default',
    kind: 'Service',
    patch: () => ({ spec: { publishNotReadyAddresses: null } }),
  },
  {
    title: 'other numbers of the ports of a Service',
    kind: 'Service',
    patch: ({ spec: { ports } }) => ({
      spec: { ports: ports.map((port: AnyObject) => ({ ...port, port: port.port + 1_000 })) },
    }),
  },
  {
    title: 'another number of a port of the container',
    kind: 'StatefulSet',
    patch: (live) =>
      inTemplate(live, (container) => ({
        ...container,
        ports: container.ports.map((port: AnyObject) => ({ ...port, containerPort: port.containerPort + 1_000 })),
      })),
  },
  {
    title: 'another protocol of the ports of a Service',
    kind: 'Service',
    patch: ({ spec: { ports } }) => ({
      spec: { ports: ports.map((port: AnyObject) => ({ ...port, protocol: 'UDP' })) },
    }),
  },
  {
    title: 'another protocol of a port of the container',
    kind: 'StatefulSet',
    patch: (live) =>
      inTemplate(live, (container) => ({
        ...container,
        ports: container.ports.map((port: AnyObject) => ({ ...port, protocol: 'UDP' })),
      })),
  },
  {
    title: 'managed fields taken away, and then a label',
    kind: 'Service',
    patch: () => ({ metadata: { managedFields: [{}], labels: { 'app.kubernetes.io/name': 'mine' } } }),
  },
];

describe('drift', () => {
  const suite = operatorSuite();

  /** What the API server has of an object, and which of it is the operator's, but for what moves by itself. */
  const contentOf = ({ status: _, metadata, ...content }: AnyObject) => {
    const { labels, annotations, managedFields } = metadata;
    const ours = managedFields?.find(({ manager, operation }) => manager === 'rollcall' && operation === 'Apply');
    return { ...content, labels, annotations, fields: ours?.fieldsV1 };
  };

  it('is reverted within seconds, false values and lists included', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const autoscaling = { minReplicas: 1, maxReplicas: 2, targetCPUUtilization: 70 };
    await suite.world.create(peerGroup(ns, 'web', { autoscaling }));
    await suite.observed(ns, 'web');
    await eventually(async () =>
      expect(await suite.world.get('HorizontalPodAutoscaler', ns, 'web')).not.to.equal(undefined),
    );
    for (const { title, kind, patch } of EDITS) {
      const before = (await suite.world.get(kind, ns, 'web'))!;
      const edited = await suite.world.patch(kind, ns, 'web', patch(before));
      expect(edited.metadata.resourceVersion, title).not.to.equal(before.metadata.resourceVersion);
      await eventually(async () => {
        const after = (await suite.world.get(kind, ns, 'web'))!;
        expect(contentOf(after), title).to.deep.equal(contentOf(before));
      }, 5_000);
    }
    const notes = (await suite.world.list('Event', ns)).filter(({ reason }) => reason === 'DriftRepaired');
    expect(notes.map(({ note }) => note)).to.include(
      'Reverted changes made to PodDisruptionBudget web by test: spec.maxUnavailable',
    );
  });

  it('is not what others add: it stays, and costs no write', async function () {
    this.timeout(30_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { replicas: 0 }));
    await suite.observed(ns, 'web');
    await sleep(1_000);
    const audit = new AuditLog(controlPlane());
    const env = { name: 'THEIRS', value: 'stays' };
    const live = (await suite.world.get('StatefulSet', ns, 'web'))!;
    await suite.world.patch(
      ...(['StatefulSet', ns, 'web'] as const),
      inTemplate(live, (container) => ({ ...container, env: [...container.env, env] })),
    );
    await suite.world.patch('ServiceAccount', ns, 'web', { metadata: { labels: { theirs: 'stays' } } });
    await sleep(1_500);
    const writes = audit.writesOf(OPERATOR_USER).filter(({ objectRef }) => objectRef?.namespace === ns);
    expect(writes.filter(({ objectRef }) => objectRef?.resource !== 'peergroups')).to.deep.equal([]);
    const after = await suite.world.get('StatefulSet', ns, 'web');
    expect(after?.spec.template.spec.containers[0].env).to.deep.include(env);
  });

  /** Patches of StatefulSets by the operator in the namespace. */
  const patches = (audit: AuditLog, ns: string) =>
    audit
      .writesOf(OPERATOR_USER)
      .filter(({ objectRef }) => objectRef?.namespace === ns && objectRef.resource === 'statefulsets');

  const conflict = (ns: string) =>
    eventually(async () => {
      const degraded = conditionOf(await suite.world.get('PeerGroup', ns, 'web'), 'Degraded');
      expect(degraded).to.include({ reason: 'FieldConflict' });
      return degraded!.message;
    }, 15_000);

  it('by a controller that insists is reverted less and less often, and both are named', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { replicas: 0 }));
    await suite.observed(ns, 'web');
    const audit = new AuditLog(controlPlane());
    let insists = true;
    const controller = async () => {
      while (insists) {
        const { spec } = (await suite.world.get('StatefulSet', ns, 'web'))!;
        if (spec.replicas !== 1) await suite.world.patch('StatefulSet', ns, 'web', { spec: { replicas: 1 } });
        else await sleep(10);
      }
    };
    const insisting = controller();
    expect(await conflict(ns)).to.match(/^StatefulSet web: test keeps changing spec.replicas; /);
    await sleep(2_000);
    insists = false;
    await insisting;
    expect(patches(audit, ns).length).to.be.within(8, 13);
  });

  it('by a webhook at every write is reverted once, and said', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const webhook = await startWebhook(controlPlane(), {
      namespace: ns,
      rule: { operations: ['CREATE', 'UPDATE'], apiGroups: ['apps'], resources: ['statefulsets'] },
      patch: [{ op: 'replace', path: '/spec/template/spec/terminationGracePeriodSeconds', value: 99 }],
    });
    try {
      await suite.world.create(peerGroup(ns, 'probe', { replicas: 0 }));
      await eventually(async () => {
        const annotations = { probe: String(Math.random()) };
        await suite.world.patch('StatefulSet', ns, 'probe', { metadata: { annotations } });
        expect(webhook.calls).to.be.greaterThan(0);
      }, 15_000);
      const audit = new AuditLog(controlPlane());
      await suite.world.create(peerGroup(ns, 'web', { replicas: 0 }));
      expect(await conflict(ns)).to.match(
        /^StatefulSet web: an admission webhook or policy keeps changing spec.template.spec.terminationGracePeriodSeconds; /,
      );
      await sleep(2_000);
      const writes = patches(audit, ns).filter(({ objectRef }) => objectRef?.name === 'web');
      expect(writes.length).to.be.within(2, 3);
    } finally {
      await webhook.stop();
    }
  });
});
