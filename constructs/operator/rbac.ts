import { ClusterRoleBinding, ServiceAccount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { PEER_GROUP } from '../crds/peer-group.ts';
import { TLS_SECRET } from '../names.ts';
import { AuthorityAccess } from './authority-access.ts';
import type { OperatorPartProps } from './operator.ts';
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
  { apiGroup: '', resourceType: 'services', verbs: [...READ, ...APPLY] },
  { apiGroup: 'apps', resourceType: 'statefulsets', verbs: [...READ, ...APPLY] },
  { apiGroup: 'apps', resourceType: 'daemonsets', verbs: [...READ, ...APPLY] },
  { apiGroup: 'policy', resourceType: 'poddisruptionbudgets', verbs: [...READ, ...APPLY] },
  // Optional children go when they aren't asked for any more.
  { apiGroup: 'networking.k8s.io', resourceType: 'networkpolicies', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: 'autoscaling', resourceType: 'horizontalpodautoscalers', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: 'monitoring.coreos.com', resourceType: 'podmonitors', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: 'monitoring.coreos.com', resourceType: 'prometheusrules', verbs: [...READ, ...APPLY, 'delete'] },
  { apiGroup: 'cert-manager.io', resourceType: 'certificates', verbs: [...READ, ...APPLY, 'delete'] },
  // Why a link doesn't work may be its node.
  { apiGroup: '', resourceType: 'nodes', verbs: READ },
  // Certificates: in every namespace this one Secret and no other, by name only.
  {
    apiGroup: '',
    resourceType: 'secrets',
    resourceNames: [TLS_SECRET],
    verbs: ['get', ...APPLY, 'delete'],
  },
  // The annotation that brings a new config to a pod.
  { apiGroup: '', resourceType: 'pods', verbs: [...READ, 'patch'] },
  { apiGroup: 'events.k8s.io', resourceType: 'events', verbs: APPLY },
];

/** The operator's identity and its permissions in all namespaces. */
export class OperatorIdentity extends Construct {
  readonly serviceAccount: ServiceAccount;

  constructor(scope: Construct, id: string, { namespace, name, labels }: OperatorPartProps) {
    super(scope, id);
    this.serviceAccount = new ServiceAccount(this, 'service-account', { metadata: { name, namespace, labels } });
    const { role } = new Permissions(this, 'permissions', { name, labels, permissions: PERMISSIONS });
    const binding = new ClusterRoleBinding(this, 'binding', { metadata: { name, labels }, role });
    binding.addSubjects(this.serviceAccount);
    unset(binding, '/subjects/0/apiGroup');
    new AuthorityAccess(this, 'authorities', { namespace, name, labels, serviceAccount: this.serviceAccount.name });
  }
}
