import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { webPod } from '../../support/pods.ts';
import { conditionOf, peerGroup } from '../../support/world.ts';

describe('what the API server refuses', () => {
  const suite = operatorSuite();

  it('leaves an object that belongs to somebody else untouched, says so, and goes on once it is gone', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const foreign = await suite.world.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: ns, name: 'web' },
      spec: { ports: [{ port: 1 }] },
    });
    await suite.world.create(peerGroup(ns, 'web'));
    const { message } = await suite.degraded(ns, 'web', 'NameConflict');
    expect(message).to.match(/^Service web already exists and is not controlled by this PeerGroup/);
    const service = await suite.world.get('Service', ns, 'web');
    expect(service?.metadata.resourceVersion).to.equal(foreign.metadata.resourceVersion);

    await suite.world.delete('Service', ns, 'web');
    await suite.healthy(ns, 'web');
  });

  it('shows an exceeded quota in its own words, and goes on once there is room', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { namespace: ns, name: 'tight' } };
    await suite.world.create({ ...quota, spec: { hard: { 'count/statefulsets.apps': '0' } } });
    await eventually(async () => {
      expect((await suite.world.get('ResourceQuota', ns, 'tight'))?.status?.hard).to.be.an('object');
    });
    await suite.world.create(peerGroup(ns, 'web'));
    const { message } = await suite.degraded(ns, 'web', 'QuotaExceeded');
    expect(message).to.match(/^StatefulSet web: .*exceeded quota: tight/);

    await suite.world.patch('ResourceQuota', ns, 'tight', { spec: { hard: { 'count/statefulsets.apps': '5' } } });
    await suite.healthy(ns, 'web', 20_000);
  });

  interface Denied {
    readonly apiGroups: readonly string[];
    readonly operations: readonly string[];
    readonly resources: readonly string[];
  }

  /** Denies something in the namespace with a sentence, while `body` runs; `probe` is answered with the sentence once it does. */
  async function whileDenied(
    ns: string,
    denied: Denied,
    message: string,
    probe: () => Promise<unknown>,
    body: () => Promise<void>,
  ): Promise<void> {
    const policy = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: ns },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [{ ...denied, apiVersions: ['v1'] }],
        },
        validations: [{ expression: 'false', message }],
      },
    };
    const binding = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: ns },
      spec: {
        policyName: ns,
        validationActions: ['Deny'],
        matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': ns } } },
      },
    };
    const { kubectl } = controlPlane();
    await kubectl(['apply', '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [policy, binding] }),
    });
    try {
      await eventually(async () => {
        // The API server takes a moment to know its new policy.
        const answer = await probe().catch((error: Error) => error.message);
        expect(answer).to.include(message);
      });
      await body();
    } finally {
      const kinds = 'validatingadmissionpolicybinding,validatingadmissionpolicy';
      await kubectl(['delete', kinds, ns]);
    }
  }

  it('shows the sentence of an admission policy', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const denied = { apiGroups: ['apps'], operations: ['CREATE'], resources: ['statefulsets'] };
    const metadata = { namespace: ns, name: 'probe' };
    const spec = {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    };
    const probe = () => suite.world.create({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec });
    await whileDenied(ns, denied, 'no pods on Sundays', probe, async () => {
      await suite.world.create(peerGroup(ns, 'web'));
      const { message } = await suite.degraded(ns, 'web', 'PolicyDenied');
      expect(message).to.include('no pods on Sundays');
    });
  });

  it('holds up nothing else: pods that must not be told of a config are scaled all the same', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { replicas: 2 }));
    await eventually(async () => expect(await suite.world.get('Pod', ns, 'web-0')).not.to.equal(undefined));
    const denied = { apiGroups: [''], operations: ['UPDATE'], resources: ['pods'] };
    const probe = () => suite.world.patch('Pod', ns, 'web-0', { metadata: { labels: { probe: 'yes' } } });
    await whileDenied(ns, denied, 'hands off', probe, async () => {
      await suite.world.patch('PeerGroup', ns, 'web', { spec: { replicas: 3 } });
      const { message } = await suite.degraded(ns, 'web', 'PolicyDenied');
      expect(message).to.match(/^Pod web-\d: .*hands off/);
      await eventually(async () => {
        expect((await suite.world.get('StatefulSet', ns, 'web'))?.spec.replicas).to.equal(3);
        expect((await suite.world.get('PeerGroup', ns, 'web'))?.status?.observedGeneration).to.equal(2);
      });
    });
    await suite.healthy(ns, 'web', 20_000);
  });

  it('holds up nothing else: a child that must not be deleted', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { networkPolicy: { enabled: true } }));
    await suite.healthy(ns, 'web');
    const denied = { apiGroups: ['networking.k8s.io'], operations: ['DELETE'], resources: ['networkpolicies'] };
    const metadata = { namespace: ns, name: 'probe' };
    const probe = async () => {
      const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec: { podSelector: {} } };
      await suite.world.create(policy).catch(() => 'is there');
      await suite.world.delete('NetworkPolicy', ns, 'probe');
    };
    await whileDenied(ns, denied, 'policies stay', probe, async () => {
      await suite.world.patch('PeerGroup', ns, 'web', { spec: { networkPolicy: { enabled: false }, replicas: 3 } });
      const { message } = await suite.degraded(ns, 'web', 'PolicyDenied');
      expect(message).to.match(/^NetworkPolicy web: .*policies stay/);
      expect((await suite.world.get('StatefulSet', ns, 'web'))?.spec.replicas).to.equal(3);
    });
    await suite.healthy(ns, 'web', 20_000);
    await eventually(async () => expect(await suite.world.get('NetworkPolicy', ns, 'web')).to.equal(undefined));
  });

  it('holds up nothing else: certificates that must not be stored', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const denied = { apiGroups: [''], operations: ['CREATE'], resources: ['secrets'] };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: ns, name: 'probe' } };
    await whileDenied(
      ns,
      denied,
      'no secrets here',
      () => suite.world.create(secret),
      async () => {
        await suite.world.create(peerGroup(ns, 'web', { tls: { mode: 'Mutual' } }));
        const { message } = await suite.degraded(ns, 'web', 'PolicyDenied');
        expect(message).to.match(/^Secret of the certificates: secrets "rollcall-tls" .*no secrets here/);
        expect((await suite.world.get('Service', ns, 'web'))?.metadata.name).to.equal('web');
      },
    );
    await suite.healthy(ns, 'web', 20_000);
    expect((await suite.world.get('Secret', ns, 'rollcall-tls'))?.data).to.include.keys('ca.crt', 'web.crt');
  });

  it('is said for as long as it lasts, of pods as young as the config that they must not be told of too', async function () {
    this.timeout(120_000);
    const ns = await namespaceFor(this);
    await controlPlane().kubectl(['-n', ns, 'apply', '-f', '-'], { input: JSON.stringify(webPod('probe')) });
    const denied = { apiGroups: [''], operations: ['UPDATE'], resources: ['pods'] };
    const probe = () => suite.world.patch('Pod', ns, 'probe', { metadata: { labels: { probe: 'yes' } } });
    await whileDenied(ns, denied, 'hands off', probe, async () => {
      const name = await eventually(() => groupChangedWithinASecond(ns), 60_000);
      await suite.degraded(ns, name, 'PolicyDenied');
      // Several retries later.
      await sleep(3_000);
      expect(conditionOf(await suite.world.get('PeerGroup', ns, name), 'Degraded')?.reason).to.equal('PolicyDenied');
    });
  });

  /** A group one of whose pods was made in the second in which the group's config was changed, by the API server's clock. */
  async function groupChangedWithinASecond(ns: string): Promise<string> {
    await sleep(1_000 - (Date.now() % 1_000));
    const name = `web${Math.floor(Date.now() / 1_000) % 100_000}`;
    await suite.world.create(peerGroup(ns, name, { replicas: 2 }));
    const { metadata } = await eventually(async () => {
      const pod = await suite.world.get('Pod', ns, `${name}-0`);
      expect(pod).not.to.equal(undefined);
      return pod!;
    });
    await suite.world.patch('PeerGroup', ns, name, { spec: { interval: '2m' } });
    const changedAt = await eventually(async () => {
      const [config] = await suite.configMaps(ns, name);
      expect(config?.data['config.yaml']).to.include('2m');
      return config!.metadata.managedFields?.[0]?.time;
    });
    expect(changedAt).to.equal(metadata.creationTimestamp);
    return name;
  }

  it('tells about it in an Event that is written once', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: ns, name: 'web' },
      spec: { ports: [{ port: 1 }] },
    });
    await suite.world.create(peerGroup(ns, 'web'));
    await suite.degraded(ns, 'web', 'NameConflict');
    await suite.world.patch('PeerGroup', ns, 'web', { spec: { interval: '2m' } });
    await suite.observed(ns, 'web');
    await eventually(async () => {
      const events = (await suite.world.list('Event', ns)).filter(({ reason }) => reason === 'NameConflict');
      expect(events.map(({ type, regarding }) => [type, regarding.kind, regarding.name])).to.deep.equal([
        ['Warning', 'PeerGroup', 'web'],
      ]);
    });
  });

  it('holds up no other group', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: ns, name: 'taken' },
      spec: { ports: [{ port: 1 }] },
    });
    await suite.world.create(peerGroup(ns, 'taken'));
    await suite.degraded(ns, 'taken', 'NameConflict');
    const started = performance.now();
    await suite.world.create(peerGroup(ns, 'free'));
    await suite.healthy(ns, 'free', 2_000);
    expect(performance.now() - started).to.be.lessThan(2_000);
  });

  it('is no error when the namespace is being deleted', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web'));
    await suite.observed(ns, 'web');
    // A finalizer keeps the namespace terminating, and the group in it, while we look.
    const finalizers = ['rollcall.test/hold'];
    await suite.world.patch('PeerGroup', ns, 'web', { metadata: { finalizers } });
    const hold = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: ns, name: 'hold', finalizers } };
    await suite.world.create(hold);
    const errors = () => suite.operator.metric('controller_runtime_reconcile_errors_total');
    const before = await errors();
    await controlPlane().kubectl(['delete', 'namespace', ns, '--wait=false']);
    try {
      await eventually(async () => {
        expect(await suite.world.get('StatefulSet', ns, 'web')).to.equal(undefined);
      }, 20_000);
      const group = await suite.world.get('PeerGroup', ns, 'web');
      expect(conditionOf(group, 'Degraded')?.status).to.equal('False');
      expect(await errors()).to.equal(before);
    } finally {
      await suite.world.patch('PeerGroup', ns, 'web', { metadata: { finalizers: null } });
      await suite.world.patch('ConfigMap', ns, 'hold', { metadata: { finalizers: null } });
    }
  });

  it('includes what its own permissions leave out: the sentence names the missing one', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const { kubectl } = controlPlane();
    const role = JSON.parse(await kubectl(['get', 'clusterrole', 'rollcall', '-o', 'json']));
    const reduced = {
      ...role,
      rules: role.rules.map((rule: { resources: string[]; verbs: string[] }) =>
        rule.resources.includes('poddisruptionbudgets')
          ? { ...rule, verbs: rule.verbs.filter((verb) => verb !== 'create') }
          : rule,
      ),
    };
    await kubectl(['replace', '-f', '-'], { input: JSON.stringify(reduced) });
    try {
      await eventually(async () => {
        const can = [
          'auth',
          'can-i',
          'create',
          'poddisruptionbudgets.policy',
          '--as=system:serviceaccount:rollcall-system:rollcall',
        ];
        expect(await kubectl(can).catch((error: Error) => error.message)).to.include('no');
      });
      await suite.world.create(peerGroup(ns, 'web'));
      const { message } = await suite.degraded(ns, 'web', 'MissingPermission');
      expect(message).to.match(/cannot create resource "poddisruptionbudgets"/);
    } finally {
      delete role.metadata.resourceVersion;
      await kubectl(['replace', '-f', '-'], { input: JSON.stringify(role) });
    }
    await suite.healthy(ns, 'web', 20_000);
  });
});
