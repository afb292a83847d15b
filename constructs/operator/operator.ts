import { Construct } from 'constructs';
import { OperatorDeployment } from './deployment.ts';
import { MetricsReview } from './metrics-access.ts';
import { OperatorMonitoring } from './monitoring.ts';
import { OperatorNamespace } from './namespace.ts';
import { OperatorNetworkPolicy } from './network-policy.ts';
import { OPERATOR_PART } from './part.ts';
import { OperatorPriority } from './priority.ts';
import { OperatorIdentity } from './rbac.ts';
import { UserRoles } from './user-roles.ts';

export interface OperatorProps {
  /** Image of operator and peers. */
  readonly image: string;
  /**
   * Whether to create objects of the Prometheus operator, whose CRDs (monitoring.coreos.com) have to be installed.
   *
   * @default false
   */
  readonly monitoring?: boolean;
  /**
   * Whether the operator's metrics are served over TLS to users with permission to `get` `/metrics`, instead of to everyone
   * who can connect.
   *
   * @default false
   */
  readonly secureMetrics?: boolean;
  /**
   * The namespaces whose PeerGroups are looked after. The operator is granted Roles there and in its own namespace, and nothing
   * cluster-wide; nodes are out of its sight, and with them ComputeNodes and ComputeJobs. Excludes `secureMetrics`.
   *
   * @default all namespaces, and nodes
   */
  readonly namespaces?: readonly string[];
}

/** Everything that runs the operator, but the CRDs. */
export class Operator extends Construct {
  constructor(scope: Construct, id: string, props: OperatorProps) {
    super(scope, id);
    const { image, monitoring = false, secureMetrics = false, namespaces } = props;
    if (namespaces !== undefined && secureMetrics) {
      throw new Error(
        'secureMetrics needs permission for TokenReviews and SubjectAccessReviews, which Roles cannot grant: use it without namespaces',
      );
    }
    const part = OPERATOR_PART;
    new OperatorNamespace(this, 'namespace', part);
    const { serviceAccount } = new OperatorIdentity(this, 'identity', { ...part, namespaces });
    const isClusterWide = namespaces === undefined;
    if (isClusterWide) new UserRoles(this, 'user-roles', part);
    const priorityClassName = isClusterWide ? new OperatorPriority(this, 'priority', part).className : undefined;
    new OperatorDeployment(this, 'deployment', {
      ...{ ...part, image, serviceAccount, priorityClassName, secureMetrics, namespaces },
    });
    new OperatorNetworkPolicy(this, 'network-policy', { ...part, secureMetrics });
    if (secureMetrics) new MetricsReview(this, 'metrics', { ...part, serviceAccount: serviceAccount.name });
    if (monitoring) new OperatorMonitoring(this, 'monitoring', part);
  }
}
