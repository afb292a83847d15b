import { Construct } from 'constructs';
import { COMPUTE_JOB } from '../crds/compute-job.ts';
import { KINDS } from '../crds/kinds.ts';
import { PEER_GROUP } from '../crds/peer-group.ts';
import type { OperatorPartProps } from './part.ts';
import { type Permission, Permissions } from './permissions.ts';

const { group: apiGroup } = PEER_GROUP;
const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch', 'delete', 'deletecollection'];

const VIEW: readonly Permission[] = [
  ...KINDS.map(({ plural }) => ({ apiGroup, resourceType: plural, verbs: READ })),
  ...KINDS.map(({ plural }) => ({ apiGroup, resourceType: `${plural}/status`, verbs: ['get'] })),
  { apiGroup, resourceType: `${PEER_GROUP.plural}/scale`, verbs: ['get'] },
];
/** Without ComputeNodes, which are cluster-scoped like Nodes. */
const EDIT: readonly Permission[] = [
  ...[PEER_GROUP, COMPUTE_JOB].map(({ plural }) => ({ apiGroup, resourceType: plural, verbs: WRITE })),
  { apiGroup, resourceType: `${PEER_GROUP.plural}/scale`, verbs: ['update', 'patch'] },
];

/**
 * Permissions that are aggregated into the roles `view`, `edit` and `admin`
 * (kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles). Users who may edit PeerGroups or ComputeJobs may in effect
 * create pods, Services, policies and autoscalers in that namespace, as `edit` may anyway. CreatorRights restricts other users to their own permissions.
 */
export class UserRoles extends Construct {
  constructor(scope: Construct, id: string, { name, labels }: OperatorPartProps) {
    super(scope, id);
    const aggregateTo = (...roles: string[]) => ({
      ...labels,
      ...Object.fromEntries(roles.map((role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, 'true'])),
    });
    new Permissions(this, 'view', {
      name: `${name}-view`,
      labels: aggregateTo('view', 'edit', 'admin'),
      permissions: VIEW,
    });
    new Permissions(this, 'edit', { name: `${name}-edit`, labels: aggregateTo('edit', 'admin'), permissions: EDIT });
  }
}
