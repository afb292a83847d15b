import { COMPUTE_JOB } from '../crds/compute-job.ts';
import { COMPUTE_NODE } from '../crds/compute-node.ts';
import { PEER_GROUP } from '../crds/peer-group.ts';
import { TLS_SECRET } from '../names.ts';
import type { Permission } from './permissions.ts';

const WATCH = ['list', 'watch'];
/** A child that is there already, or that somebody else has changed, is read before it is written. */
const READ = ['get', ...WATCH];
/** Server-side apply is a patch, and a create where there is nothing yet. */
const APPLY = ['create', 'patch'];

/** Exactly what the reconciler asks of the API server for PeerGroups, in the namespaces that they are in. */
export const PEER_GROUP_PERMISSIONS: readonly Permission[] = [
  { apiGroup: PEER_GROUP.group, resourceType: PEER_GROUP.plural, verbs: WATCH },
  { apiGroup: PEER_GROUP.group, resourceType: `${PEER_GROUP.plural}/status`, verbs: ['patch'] },
  { apiGroup: '', resourceType: 'serviceaccounts', verbs: [...READ, ...APPLY] },
  // The ConfigMap of an old revision goes when the last pod that mounts it has gone.
  { apiGroup: '', resourceType: 'configmaps', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: '', resourceType: 'services', verbs: [...READ, ...APPLY] },
  { apiGroup: 'apps', resourceType: 'statefulsets', verbs: [...READ, ...APPLY] },
  { apiGroup: 'apps', resourceType: 'daemonsets', verbs: [...READ, ...APPLY] },
  { apiGroup: 'policy', resourceType: 'poddisruptionbudgets', verbs: [...READ, ...APPLY] },
  // Peers are made by their StatefulSets (we create one as a dry run to learn why it is missing); the patched annotations bring a config to a pod.
  { apiGroup: '', resourceType: 'pods', verbs: [...WATCH, ...APPLY] },
  // Optional children go when they aren't asked for any more.
  { apiGroup: 'networking.k8s.io', resourceType: 'networkpolicies', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: 'autoscaling', resourceType: 'horizontalpodautoscalers', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: 'monitoring.coreos.com', resourceType: 'podmonitors', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: 'monitoring.coreos.com', resourceType: 'prometheusrules', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: 'cert-manager.io', resourceType: 'certificates', verbs: [...READ, ...APPLY, 'delete'] },
  // Certificates: in every namespace this one Secret and no other, by name only.
  {
    apiGroup: '',
    resourceType: 'secrets',
    resourceNames: [TLS_SECRET],
    verbs: ['get', ...APPLY, 'delete'],
  },
  // A CA belongs to this very namespace, not to a former one of its name.
  { apiGroup: '', resourceType: 'namespaces', verbs: ['get'] },
  { apiGroup: 'events.k8s.io', resourceType: 'events', verbs: APPLY },
];

/** To look after all namespaces: what ComputeNodes and ComputeJobs need beside that, and to find out whether another operator does so, too. */
export const CLUSTER_PERMISSIONS: readonly Permission[] = [
  { apiGroup: 'authorization.k8s.io', resourceType: 'subjectaccessreviews', verbs: ['create'] },
  { apiGroup: '', resourceType: 'nodes', verbs: WATCH },
  { apiGroup: COMPUTE_NODE.group, resourceType: COMPUTE_NODE.plural, verbs: [...READ, ...APPLY] },
  { apiGroup: COMPUTE_NODE.group, resourceType: `${COMPUTE_NODE.plural}/status`, verbs: ['patch'] },
  // A finished job is deleted when its time has come.
  { apiGroup: COMPUTE_JOB.group, resourceType: COMPUTE_JOB.plural, verbs: [...WATCH, 'delete'] },
  { apiGroup: COMPUTE_JOB.group, resourceType: `${COMPUTE_JOB.plural}/status`, verbs: ['patch'] },
  // Jobs' pods are the operator's own.
  { apiGroup: '', resourceType: 'pods', verbs: ['get', 'delete'] },
  // Each attempt of a job has a Service, and EndpointSlices that the operator writes; those of earlier attempts go.
  { apiGroup: '', resourceType: 'services', verbs: ['delete'] },
  { apiGroup: 'discovery.k8s.io', resourceType: 'endpointslices', verbs: [...READ, ...APPLY, 'delete'] },
];
