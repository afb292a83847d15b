import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { OperatorPartProps } from './part.ts';

export interface MetricsReviewProps extends OperatorPartProps {
  /** Name of the operator's ServiceAccount. */
  readonly serviceAccount: string;
}

/**
 * What the operator needs, beside the reviews of access that it may make anyway, to tell who may read its metrics, and the role of those who may
 * (`kubectl create clusterrolebinding … --clusterrole=rollcall-metrics-reader --serviceaccount=NAMESPACE:NAME`).
 */
export class MetricsReview extends Construct {
  constructor(scope: Construct, id: string, { namespace, name, labels, serviceAccount }: MetricsReviewProps) {
    super(scope, id);
    const metadata = { name: `${name}-metrics-review`, labels };
    new k8s.KubeClusterRole(this, 'review', {
      metadata,
      rules: [{ apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] }],
    });
    new k8s.KubeClusterRoleBinding(this, 'review-binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
    });
    new k8s.KubeClusterRole(this, 'reader', {
      metadata: { name: `${name}-metrics-reader`, labels },
      rules: [{ nonResourceUrLs: ['/metrics'], verbs: ['get'] }],
    });
  }
}
