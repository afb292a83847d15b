import { COMPUTE_JOB } from '../crds/compute-job.ts';
import { COMPUTE_NODE } from '../crds/compute-node.ts';
import { PEER_GROUP } from '../crds/peer-group.ts';
import { TLS_SECRET } from '../names.ts';
import type { Permission } from './permissions.ts';

const WATCH = ['list', 'watch'];
/** An existing child, or one that another manager has changed, is read before it is written. */
const READ = ['get', ...WATCH];
/** Server-side apply is a patch, and needs create for new objects. */
const APPLY = ['create', 'patch'];

/** The operator's permissions for PeerGroups, in their namespaces: exactly those that it uses. */
export const PEER_GROUP_PERMISSIONS: readonly Permission[] = [
  { apiGroup: PEER_GROUP.group, resourceType: PEER_GROUP.plural, verbs: WATCH },
  { apiGroup: PEER_GROUP.group, resourceType: `${PEER_GROUP.plural}/status`, verbs: ['patch'] },
  { apiGroup: '', resourceType: 'serviceaccounts', verbs: [...READ, ...APPLY] },
  // The ConfigMap of an old revision is deleted after the last pod that mounts it.
  { apiGroup: '', resourceType: 'configmaps', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: '', resourceType: 'services', verbs: [...READ, ...APPLY] },
  { apiGroup: 'apps', resourceType: 'statefulsets', verbs: [...READ, ...APPLY] },
  { apiGroup: 'apps', resourceType: 'daemonsets', verbs: [...READ, ...APPLY] },
  { apiGroup: 'policy', resourceType: 'poddisruptionbudgets', verbs: [...READ, ...APPLY] },
  // Pods are created by StatefulSets; create is for a dry run that finds out why one is missing, patch for annotations that notify pods.
  { apiGroup: '', resourceType: 'pods', verbs: [...WATCH, ...APPLY] },
  // Optional children are deleted when they are disabled.
  { apiGroup: 'networking.k8s.io', resourceType: 'networkpolicies', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: 'autoscaling', resourceType: 'horizontalpodautoscalers', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: 'monitoring.coreos.com', resourceType: 'podmonitors', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: 'monitoring.coreos.com', resourceType: 'prometheusrules', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: 'cert-manager.io', resourceType: 'certificates', verbs: [...READ, ...APPLY, 'delete'] },
  // Certificates: in each namespace only this Secret, by name.
  {
    apiGroup: '',
    resourceType: 'secrets',
    resourceNames: [TLS_SECRET],
    verbs: ['get', ...APPLY, 'delete'],
  },
  // To distinguish a namespace from a deleted one of the same name.
  { apiGroup: '', resourceType: 'namespaces', verbs: ['get'] },
  { apiGroup: 'events.k8s.io', resourceType: 'events', verbs: APPLY },
];

/** To look after all namespaces: what ComputeNodes and ComputeJobs need beside that, and to find out whether another operator does so, too. */
export const CLUSTER_PERMISSIONS: readonly Permission[] = [
  { apiGroup: 'authorization.k8s.io', resourceType: 'subjectaccessreviews', verbs: ['create'] },
  { apiGroup: '', resourceType: 'nodes', verbs: WATCH },
  { apiGroup: COMPUTE_NODE.group, resourceType: COMPUTE_NODE.plural, verbs: [...READ, ...APPLY] },
  { apiGroup: COMPUTE_NODE.group, resourceType: `${COMPUTE_NODE.plural}/status`, verbs: ['patch'] },
  // Finished jobs are deleted after their TTL.
  { apiGroup: COMPUTE_JOB.group, resourceType: COMPUTE_JOB.plural, verbs: [...WATCH, 'delete'] },
  { apiGroup: COMPUTE_JOB.group, resourceType: `${COMPUTE_JOB.plural}/status`, verbs: ['patch'] },
  // The operator creates the pods of jobs.
  { apiGroup: '', resourceType: 'pods', verbs: ['get', 'delete'] },
  // Each attempt of a job has a Service, and EndpointSlices that the operator writes; those of earlier attempts are deleted.
  { apiGroup: '', resourceType: 'services', verbs: ['delete'] },
  { apiGroup: 'discovery.k8s.io', resourceType: 'endpointslices', verbs: [...READ, ...APPLY, 'delete'] },
];
