import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { renderGang } from '../../../constructs/compute-job.ts';
import { type ComputeJob, type ComputeJobSpec, completeComputeJob } from '../../../constructs/crds/compute-job.ts';
import { completePeerGroup, type PeerGroup, type PeerGroupSpec } from '../../../constructs/crds/peer-group.ts';
import { renderGangEndpoints } from '../../../constructs/gang-endpoints.ts';
import { DEFAULT_IMAGE } from '../../../constructs/image.ts';
import { renderPeerGroup } from '../../../constructs/peer-group.ts';
import { NO_RENDER_INPUTS } from '../../../constructs/render-inputs.ts';
import { distManifests, type ManifestObject, objectsOf } from '../manifests.ts';
import { CERTIFICATE } from '../peer-groups.ts';

const root = join(import.meta.dirname, '../../..');
const CONTEXT = { image: DEFAULT_IMAGE, clusterDomain: 'cluster.local' };
const JOB_CONTEXT = { image: 'docker.io/library/busybox:1.37' };

/** Objects that are judged together. */
export interface JudgedManifest {
  /** Becomes the file's name, and the namespace of what is rendered: in one namespace the examples would get mixed up. */
  readonly name: string;
  readonly objects: readonly ManifestObject[];
}

/** Every object that we write: dist/, the example's Prometheus, and what the operator makes of each example and of each option of both kinds. */
export function judgedManifests(): JudgedManifest[] {
  const dist = Object.entries(distManifests()).map(([file, text]) => ({
    name: basename(file, '.k8s.yaml'),
    objects: objectsOf(text),
  }));
  const prometheus = ['namespace', 'rbac', 'server'].flatMap((file) =>
    objectsOf(readFileSync(join(root, `examples/monitoring/${file}.yaml`), 'utf8')),
  );
  const groups = judgedGroups().map(({ name, groups }) => ({ name, objects: groupsChildren(groups) }));
  const jobs = judgedJobs().map(({ name, jobs }) => ({ name, objects: jobs.flatMap(gang) }));
  return [...dist, { name: 'monitoring', objects: prometheus }, ...groups, ...jobs];
}

/** The pods among the objects, and those that their Deployments, StatefulSets and DaemonSets make. */
export function podsOf(objects: readonly ManifestObject[]): ManifestObject[] {
  return objects.flatMap((object) => {
    if (object.kind === 'Pod') return [object];
    const template = object.spec?.template;
    if (template === undefined) return [];
    return [{ apiVersion: 'v1', kind: 'Pod', metadata: object.metadata, spec: template.spec }];
  });
}

/** PeerGroups of one manifest. */
export function judgedGroups(): { readonly name: string; readonly groups: readonly PeerGroup[] }[] {
  const examples = examplesOf<PeerGroup>('examples/*.yaml', 'PeerGroup').map(({ name, resources }) => ({
    name,
    groups: resources,
  }));
  const options = Object.entries(GROUP_OPTIONS).map(([name, spec]) => ({
    name,
    groups: [{ metadata: { name: 'web', namespace: name }, spec }],
  }));
  return [...examples, ...options];
}

/** ComputeJobs of one manifest. */
export function judgedJobs(): { readonly name: string; readonly jobs: readonly ComputeJob[] }[] {
  const examples = examplesOf<ComputeJob>('examples/jobs/*.yaml', 'ComputeJob').map(({ name, resources }) => ({
    name,
    jobs: resources,
  }));
  const options = { metadata: { name: 'train', namespace: 'job-options' }, spec: JOB_OPTIONS };
  return [...examples, { name: 'job-options', jobs: [options] }];
}

function examplesOf<T extends { readonly metadata: object }>(
  pattern: string,
  kind: string,
): { name: string; resources: T[] }[] {
  return globSync(pattern, { cwd: root })
    .sort()
    .map((file) => {
      const name = basename(file, '.yaml');
      const resources = objectsOf(readFileSync(join(root, file), 'utf8'))
        .filter((object) => object.kind === kind)
        .map((object) => ({ ...object, metadata: { ...object.metadata, namespace: name } }) as unknown as T);
      return { name, resources };
    })
    .filter(({ resources }) => resources.length > 0);
}

/** The children of groups that may name each other. */
function groupsChildren(groups: readonly PeerGroup[]): ManifestObject[] {
  const others = new Map(groups.map((group) => [group.metadata.name, { ...completePeerGroup(group), nodePeers: [] }]));
  return groups.flatMap((group) => {
    const asks = (other: PeerGroup) => other.spec.peers?.some((peer) => peer.group === group.metadata.name);
    const askers = groups.filter(asks).map(({ metadata }) => metadata.name);
    return renderPeerGroup(group, CONTEXT, {
      ...NO_RENDER_INPUTS,
      groups: others,
      sources: askers,
    }) as ManifestObject[];
  });
}

function gang(job: ComputeJob): ManifestObject[] {
  const nodes = Array.from({ length: completeComputeJob(job).parallelism }, (_, index) => `node-${index}`);
  const service = `${job.metadata.name}-gang-1-00000`;
  const pods = nodes.map((node, index) => ({
    index,
    pod: `pod-${index}`,
    uid: '0',
    node,
    addresses: [`10.0.0.${index}`],
  }));
  return [
    ...renderGang(job, JOB_CONTEXT, { attempt: 1, nodes, service }),
    ...renderGangEndpoints(job, service, pods),
  ] as ManifestObject[];
}

const TOLERATIONS = [{ key: 'dedicated', operator: 'Exists' as const }];
const RESOURCES = {
  requests: { cpu: '50m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '200m', memory: '128Mi', 'ephemeral-storage': '128Mi' },
};

/** What no example shows. */
const GROUP_OPTIONS: Readonly<Record<string, PeerGroupSpec>> = {
  'all-options': {
    placement: 'Replicas',
    timeout: '1s',
    lossThresholdPercent: 25,
    tls: { mode: 'Mutual', issuerRef: { name: 'ours' } },
    service: { type: 'NodePort', annotations: { 'example.com/team': 'net' } },
    peers: [{ name: 'gw', url: 'https://gw.example:8443', acceptCert: { pem: CERTIFICATE } }],
    autoscaling: { minReplicas: 2, maxReplicas: 5, targetCPUUtilization: 70 },
    disruptionBudget: { maxUnavailable: '20%' },
    networkPolicy: { enabled: true, from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] },
    image: `registry.example/rollcall@sha256:${'0'.repeat(64)}`,
    resources: RESOURCES,
    nodeSelector: { disk: 'ssd' },
    tolerations: TOLERATIONS,
    affinity: { nodeAffinity: {} },
    priorityClassName: 'high',
    imagePullSecrets: [{ name: 'registry' }],
  },
  'all-options-per-node': {
    placement: 'PerNode',
    tls: { mode: 'Mutual' },
    monitoring: { podMonitor: true, rules: true },
  },
};

const JOB_OPTIONS: ComputeJobSpec = {
  command: ['train'],
  args: ['--fast'],
  env: [{ name: 'MODE', value: 'fast' }],
  image: `registry.example/train@sha256:${'0'.repeat(64)}`,
  imagePullSecrets: [{ name: 'registry' }],
  serviceAccountName: 'trainer',
  securityContext: { runAsUser: 12000, runAsGroup: 12000, fsGroup: 12000 },
  resources: RESOURCES,
  shmSize: '64Mi',
  terminationGracePeriodSeconds: 60,
  nodeSelector: { disk: 'ssd' },
  tolerations: TOLERATIONS,
  parallelism: 2,
  successPolicy: 'FirstIndex',
  waitForHosts: true,
  slotsPerNode: 2,
  priority: 5,
  suspend: false,
  backoffLimit: 1,
  activeDeadlineSeconds: 60,
  ttlSecondsAfterFinished: 60,
};
