import { ApiResource, ClusterRoleBinding, Role, RoleBinding, ServiceAccount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { COMPUTE_JOB } from '../crds/compute-job.ts';
import { COMPUTE_NODE } from '../crds/compute-node.ts';
import { PEER_GROUP } from '../crds/peer-group.ts';
import { TLS_SECRET } from '../names.ts';
import { AuthorityAccess } from './authority-access.ts';
import { LeaseAccess } from './lease-access.ts';
import type { OperatorPartProps } from './part.ts';
import { type Permission, Permissions } from './permissions.ts';
import { unset } from './unset.ts';

const READ = ['get', 'list', 'watch'];
/** Server-side apply is a patch, and a create where there is nothing yet. */
const APPLY = ['create', 'patch'];

/** Exactly what the reconciler asks of the API server. */
const PERMISSIONS: readonly Permission[] = [
  { apiGroup: PEER_GROUP.group, resourceType: PEER_GROUP.plural, verbs: READ },
  { apiGroup: PEER_GROUP.group, resourceType: `${PEER_GROUP.plural}/status`, verbs: ['patch'] },
  { apiGroup: '', resourceType: 'serviceaccounts', verbs: [...READ, ...APPLY] },
  // The ConfigMap of an old revision goes when the last pod that mounts it has gone.
  { apiGroup: '', resourceType: 'configmaps', verbs: [...READ, ...APPLY, 'delete'] },
  // Each attempt of a job has a Service, and EndpointSlices that the operator writes; those of earlier attempts go.
  { apiGroup: '', resourceType: 'services', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: 'discovery.k8s.io', resourceType: 'endpointslices', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: 'apps', resourceType: 'statefulsets', verbs: [...READ, ...APPLY] },
  { apiGroup: 'apps', resourceType: 'daemonsets', verbs: [...READ, ...APPLY] },
  { apiGroup: 'policy', resourceType: 'poddisruptionbudgets', verbs: [...READ, ...APPLY] },
  // Peers are made by their StatefulSets (we create one as a dry run to learn why it is missing) and jobs' pods by us; the patched annotations bring a config or hosts to a pod.
  { apiGroup: '', resourceType: 'pods', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: '', resourceType: 'nodes', verbs: ['list', 'watch'] },
  { apiGroup: COMPUTE_NODE.group, resourceType: COMPUTE_NODE.plural, verbs: [...READ, ...APPLY] },
  { apiGroup: COMPUTE_NODE.group, resourceType: `${COMPUTE_NODE.plural}/status`, verbs: ['patch'] },
  // A finished job is deleted when its time has come.
  { apiGroup: COMPUTE_JOB.group, resourceType: COMPUTE_JOB.plural, verbs: ['list', 'watch', 'delete'] },
  { apiGroup: COMPUTE_JOB.group, resourceType: `${COMPUTE_JOB.plural}/status`, verbs: ['patch'] },
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

/** Where kubelets keep the Leases by which they show that they are alive. */
const NODE_LEASES = 'kube-node-lease';

/** The operator's identity, its permissions in all namespaces, and those where the nodes' Leases are. */
export class OperatorIdentity extends Construct {
  readonly serviceAccount: ServiceAccount;

  constructor(scope: Construct, id: string, { namespace, name, labels }: OperatorPartProps) {
    super(scope, id);
    this.serviceAccount = new ServiceAccount(this, 'service-account', { metadata: { name, namespace, labels } });
    const { role } = new Permissions(this, 'permissions', { name, labels, permissions: PERMISSIONS });
    const binding = new ClusterRoleBinding(this, 'binding', { metadata: { name, labels }, role });
    binding.addSubjects(this.serviceAccount);
    const leases = new Role(this, 'node-leases', { metadata: { name, namespace: NODE_LEASES, labels } });
    leases.allow(['list', 'watch'], ApiResource.LEASES);
    const leaseBinding = new RoleBinding(this, 'node-leases-binding', {
      metadata: { name, namespace: NODE_LEASES, labels },
      role: leases,
    });
    leaseBinding.addSubjects(this.serviceAccount);
    for (const each of [binding, leaseBinding]) unset(each, '/subjects/0/apiGroup');
    new LeaseAccess(this, 'lease', { namespace, name, labels, serviceAccount: this.serviceAccount.name });
    new AuthorityAccess(this, 'authorities', { namespace, name, labels, serviceAccount: this.serviceAccount.name });
  }
}
