import { join } from 'node:path';
import { expect } from 'chai';
import { type ManifestObject, objectsOf, texts } from '../../support/manifests.ts';
import { root, runInto } from './run-app.ts';

const dist = texts(join(root, 'dist'));
const manifests = Object.keys(dist).filter((file) => file.endsWith('.yaml'));
const objects = manifests.flatMap((file) => objectsOf(dist[file]!));

function find(kind: string, name = 'rollcall'): ManifestObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`dist/ has no ${kind} ${name}`);
  return found;
}

describe('dist/', () => {
  it('is what `cdk8s synth` writes', async function () {
    this.timeout(30_000);
    const cdk8s = 'node_modules/cdk8s-cli/bin/cdk8s';
    expect(texts(await runInto((folder) => [cdk8s, 'synth', '--output', folder]))).to.deep.equal(dist);
  });

  it('takes the image of operator and peers from $ROLLCALL_IMAGE', async function () {
    this.timeout(30_000);
    const env = { ROLLCALL_IMAGE: 'registry.example/rollcall:2' };
    const written = Object.values(texts(await runInto(() => ['main.ts'], env))).join('');
    expect(written.match(/(image|value): registry.example\/rollcall:2$/gm)).to.have.length(2);
    expect(written).not.to.include('rollcall:0');
  });

  it('grants the operator nothing cluster-wide when $ROLLCALL_NAMESPACES names namespaces', async function () {
    this.timeout(30_000);
    const written = texts(await runInto(() => ['main.ts'], { ROLLCALL_NAMESPACES: 'team-a, team-b,team-a' }));
    const narrowed = Object.entries(written).flatMap(([file, text]) => (file.endsWith('.yaml') ? objectsOf(text) : []));
    expect(narrowed.filter(({ kind }) => kind.startsWith('Cluster') || kind === 'PriorityClass')).to.deep.equal([]);
    const bound = narrowed.filter(({ kind }) => kind === 'RoleBinding').map(({ metadata }) => metadata.namespace);
    expect([...new Set(bound)].sort()).to.deep.equal(['rollcall-system', 'team-a', 'team-b']);
    const { spec } = narrowed.find(({ kind }) => kind === 'Deployment')!;
    expect(spec.template.spec).not.to.have.property('priorityClassName');
    expect(spec.template.spec.containers[0].env).to.deep.include({
      name: 'ROLLCALL_NAMESPACE',
      value: 'team-a,team-b',
    });
  });

  it('is not written for a namespace that cannot exist', async function () {
    this.timeout(30_000);
    const failure = await runInto(() => ['main.ts'], { ROLLCALL_NAMESPACES: 'team-a;team-b' }).catch(String);
    expect(failure).to.include('ROLLCALL_NAMESPACES must be the name of a namespace, not "team-a;team-b"');
  });

  it('holds the CRDs in the file that kubectl reads first', () => {
    expect([...new Set(objectsOf(dist[manifests[0]!]!).map((object) => object.kind))]).to.deep.equal([
      'CustomResourceDefinition',
    ]);
  });

  it('is a base for kustomize, in a file that kubectl does not take for an object', () => {
    const others = Object.keys(dist).filter((file) => !manifests.includes(file));
    expect(others).to.deep.equal(['Kustomization']);
    expect(objectsOf(dist.Kustomization!)[0]?.resources).to.deep.equal(manifests);
  });

  it("puts every namespaced object into the namespace that it makes, which comes first, or beside the nodes' Leases", () => {
    const operator = objects.filter((object) => object.kind !== 'CustomResourceDefinition');
    expect(operator[0]).to.deep.include({ kind: 'Namespace' });
    const elsewhere = operator.filter(
      ({ metadata: { namespace } }) =>
        namespace !== undefined && ![operator[0]!.metadata.name, 'kube-node-lease'].includes(namespace),
    );
    expect(elsewhere).to.deep.equal([]);
  });
});

describe("the operator's permissions", () => {
  const rules = find('ClusterRole').rules as {
    apiGroups: string[];
    resources: string[];
    resourceNames?: string[];
    verbs: string[];
  }[];

  it('have no wildcard', () => {
    expect(rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs])).not.to.include(
      '*',
    );
  });

  it('let it use one Secret of a namespace by its name, and list none', () => {
    const secrets = rules.filter(({ resources }) => resources.includes('secrets'));
    expect(secrets.map(({ resourceNames, verbs }) => ({ resourceNames, verbs }))).to.deep.equal([
      { resourceNames: ['rollcall-tls'], verbs: ['get', 'create', 'patch', 'delete'] },
    ]);
  });

  it('let it delete nothing but what it made itself and finished jobs', () => {
    const deletable = rules.filter((rule) => rule.verbs.some((verb) => verb.startsWith('delete')));
    expect(deletable.flatMap((rule) => rule.resources)).to.deep.equal([
      'configmaps',
      'networkpolicies',
      'horizontalpodautoscalers',
      'podmonitors',
      'prometheusrules',
      'certificates',
      'secrets',
      'computejobs',
      'pods',
      'services',
      'endpointslices',
    ]);
  });
});

describe("the operator's Deployment", () => {
  const { spec } = find('Deployment');
  const pod = spec.template.spec;

  it('runs two, spread over nodes, which an upgrade replaces one by one and which elect a leader', () => {
    expect([spec.replicas, spec.strategy.type]).to.deep.equal([2, 'RollingUpdate']);
    expect(pod.topologySpreadConstraints[0]).to.include({ topologyKey: 'kubernetes.io/hostname', maxSkew: 1 });
    expect(spec.template.metadata.labels).to.include({ 'rollcall.dev/leader-election': 'true' });
    expect(find('Role', 'rollcall-leader-election').rules).to.deep.equal([
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        resourceNames: ['rollcall'],
        verbs: ['get', 'create', 'patch'],
      },
    ]);
  });

  it('is selected by labels that no refactoring changes', () => {
    const labels = {
      'app.kubernetes.io/name': 'rollcall',
      'app.kubernetes.io/instance': 'rollcall',
      'app.kubernetes.io/component': 'operator',
    };
    expect(spec.selector.matchLabels).to.deep.equal(labels);
    expect(spec.template.metadata.labels).to.include(labels).and.not.have.property('cdk8s.io/metadata.addr');
    expect(find('Service', 'rollcall-metrics').spec.selector).to.deep.equal(labels);
    expect(find('PodDisruptionBudget').spec.selector.matchLabels).to.deep.equal(labels);
    expect(find('NetworkPolicy').spec.podSelector.matchLabels).to.deep.equal(labels);
  });

  it('meets Pod Security restricted, with a read-only root', () => {
    expect(pod.securityContext).to.deep.include({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    for (const container of pod.containers)
      expect(container.securityContext).to.deep.equal({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      });
  });

  it('goes before pods that name no priority, and never holds up a drain when it is not ready', () => {
    expect(find('PriorityClass', pod.priorityClassName)).to.have.property('value').that.is.greaterThan(0);
    expect(find('PodDisruptionBudget').spec).to.deep.include({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
  });

  it('has probes and bounds for every container', () => {
    for (const container of pod.containers) {
      expect(container).to.include.keys('startupProbe', 'readinessProbe', 'livenessProbe');
      expect(container.resources.requests).to.have.all.keys('cpu', 'memory', 'ephemeral-storage');
      expect(container.resources.limits).to.have.all.keys('cpu', 'memory', 'ephemeral-storage');
    }
  });
});
