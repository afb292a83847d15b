import { join } from 'node:path';
import { expect } from 'chai';
import { CREATOR_RIGHTS_FILE } from '../../../scripts/admission.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { installDist } from '../../support/operator-identity.ts';
import { openWorld, peerGroup, type World } from '../../support/world.ts';

/** Everything that a PeerGroup or a ComputeJob can make the operator create. */
const RESOURCES = [
  ...['configmaps', 'serviceaccounts', 'services', 'pods', 'statefulsets.apps', 'daemonsets.apps'],
  ...['networkpolicies.networking.k8s.io', 'poddisruptionbudgets.policy', 'horizontalpodautoscalers.autoscaling'],
  ...['certificates.cert-manager.io', 'podmonitors.monitoring.coreos.com', 'prometheusrules.monitoring.coreos.com'],
];

const JOB = { apiVersion: 'rollcall.dev/v1alpha1', kind: 'ComputeJob', spec: { command: ['true'] } };

describe("an admission policy by the creator's own rights", function () {
  this.timeout(30_000);
  const file = join(import.meta.dirname, '../../..', CREATOR_RIGHTS_FILE);
  const kubectl = (...args: string[]) => controlPlane().kubectl(args);
  let world: World;
  let ns: string;

  before(async function () {
    this.timeout(60_000);
    await installDist(controlPlane());
    world = openWorld(controlPlane());
    ns = await namespaceFor(this);
    await kubectl('apply', '-f', file);
    await userWithout('services');
    // The API server takes a moment to know its new policies.
    await eventually(async () => expect(await attempt('without-services', job('probe'))).to.include('services'));
  });

  after(async () => {
    await kubectl('delete', '--ignore-not-found', '-f', file);
    await world?.close();
  });

  /** Makes a user who may create PeerGroups, ComputeJobs and all but one of what these make the operator create. */
  async function userWithout(lacking: string): Promise<string> {
    const name = `without-${lacking.split('.')[0]}`;
    const rule = (resource: string) => {
      const [plural, ...group] = resource.split('.');
      return { apiGroups: [group.join('.')], resources: [plural], verbs: ['create', 'patch', 'update', 'get'] };
    };
    const own = ['peergroups.rollcall.dev', 'computejobs.rollcall.dev'];
    const rules = [...own, ...RESOURCES.filter((resource) => resource !== lacking)].map(rule);
    const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { namespace: ns, name } };
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }];
    await apply({ ...rbac, kind: 'Role', rules }, { ...rbac, kind: 'RoleBinding', roleRef, subjects });
    return name;
  }

  async function apply(...items: object[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    await controlPlane().kubectl(['apply', '-f', '-'], { input });
  }

  const job = (name: string) => ({ ...JOB, metadata: { namespace: ns, name } });

  /** What the API server says to a user who creates this; 'created' when it would have. */
  function attempt(user: string, object: object): Promise<string> {
    const input = JSON.stringify(object);
    return controlPlane()
      .kubectl(['create', '--dry-run=server', '--as', user, '-f', '-'], { input })
      .then(
        () => 'created',
        (error: Error) => error.message,
      );
  }

  const CASES: readonly [lacking: string, spec: Record<string, unknown>][] = [
    ['configmaps', {}],
    ['serviceaccounts', {}],
    [
      'services',
      { service: { type: 'LoadBalancer', annotations: { 'external-dns.example/hostname': 'bank.example' } } },
    ],
    ['statefulsets.apps', {}],
    ['daemonsets.apps', { placement: 'PerNode' }],
    ['networkpolicies.networking.k8s.io', {}],
    ['poddisruptionbudgets.policy', { disruptionBudget: { maxUnavailable: 0 } }],
    ['horizontalpodautoscalers.autoscaling', { autoscaling: { maxReplicas: 9 } }],
    ['certificates.cert-manager.io', { tls: { mode: 'TLS', issuerRef: { name: 'ours' } } }],
    ['podmonitors.monitoring.coreos.com', { monitoring: { podMonitor: true } }],
    ['prometheusrules.monitoring.coreos.com', { monitoring: { rules: true } }],
  ];
  for (const [lacking, spec] of CASES) {
    it(`denies a PeerGroup that needs ${lacking} to who may not create them, and to nobody else`, async () => {
      const user = await userWithout(lacking);
      const other = await userWithout('pods');
      const group = peerGroup(ns, 'web', spec);
      // RBAC takes a moment as well.
      await eventually(async () => {
        expect(await attempt(user, group)).to.include(
          `the operator create ${lacking}, which you are not allowed to create`,
        );
        expect(await attempt(other, group)).to.equal('created');
      });
    });
  }

  it('denies a ComputeJob to who may not create pods', async () => {
    const user = await userWithout('pods');
    await eventually(async () => expect(await attempt(user, job('run'))).to.include('create pods'));
    const other = await userWithout('configmaps');
    await eventually(async () => expect(await attempt(other, job('run'))).to.equal('created'));
  });

  it('gives a PriorityClass to who may use it: not to the role edit, which may create all the rest', async () => {
    const user = 'editor';
    await kubectl('-n', ns, 'create', 'rolebinding', user, '--clusterrole=edit', `--user=${user}`);
    const group = (spec: object) => peerGroup(ns, 'web', { ...spec, autoscaling: { maxReplicas: 9 } });
    await eventually(async () => expect(await attempt(user, group({}))).to.equal('created'), 15_000);
    const claimed = group({ priorityClassName: 'rollcall' });
    expect(await attempt(user, claimed)).to.include(
      'you are not allowed to use priorityclasses.scheduling.k8s.io rollcall',
    );
    const rule = { apiGroups: ['scheduling.k8s.io'], resources: ['priorityclasses'], resourceNames: ['rollcall'] };
    const metadata = { name: `${ns}-use` };
    // `kubectl create clusterrole` doesn't take the verb.
    await apply({
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata },
      rules: [{ ...rule, verbs: ['use'] }],
    });
    await kubectl('create', 'clusterrolebinding', `${ns}-use`, `--clusterrole=${ns}-use`, `--user=${user}`);
    try {
      await eventually(async () => expect(await attempt(user, claimed)).to.equal('created'));
    } finally {
      await kubectl('delete', 'clusterrole,clusterrolebinding', `${ns}-use`);
    }
  });

  it('leaves a stored object writable: only what changes is asked about', async () => {
    const user = await userWithout('services');
    await world.create(peerGroup(ns, 'stored', { service: { type: 'NodePort' }, priorityClassName: 'rollcall' }));
    const patch = (spec: object) =>
      kubectl('-n', ns, 'patch', 'pg', 'stored', '--as', user, '--type=merge', '-p', JSON.stringify({ spec })).then(
        () => 'patched',
        (error: Error) => error.message,
      );
    expect(await patch({ interval: '7s' })).to.equal('patched');
    expect(await patch({ service: { type: 'LoadBalancer' } })).to.include('create services');
    expect(await patch({ priorityClassName: 'system-cluster-critical' })).to.include('not allowed to use');
  });
});
