import { Construct } from 'constructs';
import { PEER_GROUP } from '../crds/peer-group.ts';
import type { OperatorPartProps } from './operator.ts';
import { type Permission, Permissions } from './permissions.ts';

const { group: apiGroup, plural } = PEER_GROUP;

const VIEW: readonly Permission[] = [
  { apiGroup, resourceType: plural, verbs: ['get', 'list', 'watch'] },
  { apiGroup, resourceType: `${plural}/status`, verbs: ['get'] },
  { apiGroup, resourceType: `${plural}/scale`, verbs: ['get'] },
];
const EDIT: readonly Permission[] = [
  { apiGroup, resourceType: plural, verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'] },
  { apiGroup, resourceType: `${plural}/scale`, verbs: ['update', 'patch'] },
];

/**
 * What the cluster's own roles `view`, `edit` and `admin` gain
 * (kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles). Who may edit PeerGroups may in effect
 * create pods in that namespace, as `edit` may anyway.
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
