import { ApiObject, Duration, JsonPatch, Size } from 'cdk8s';
import {
  type ContainerProps,
  Cpu,
  Deployment,
  DeploymentStrategy,
  EnvFieldPaths,
  EnvValue,
  ImagePullPolicy,
  k8s,
  LabelSelector,
  PercentOrAbsolute,
  Pod,
  Probe,
  Service,
  type ServiceAccount,
} from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { OPERATOR_SELECTOR } from '../labels.ts';
import { ADMIN_PORT, LABEL_LEADER_ELECTION, METRICS_TLS_PORT } from '../names.ts';
import { CONTAINER_SECURITY, POD_SECURITY } from '../restricted-pod.ts';
import type { OperatorPartProps } from './part.ts';
import { unset } from './unset.ts';

/**
 * V8 lets the young generation grow to three times 16 MiB; a flood of changes would make the process
 * a third larger than its data.
 */
export const OPERATOR_NODE_OPTIONS = '--max-semi-space-size=4';

export interface OperatorDeploymentProps extends OperatorPartProps {
  readonly image: string;
  readonly serviceAccount: ServiceAccount;
  /** Undefined: the cluster's default. */
  readonly priorityClassName: string | undefined;
  readonly secureMetrics: boolean;
  /** The only ones that are watched; undefined: all. */
  readonly namespaces: readonly string[] | undefined;
}

/** The operator's Deployment, its PodDisruptionBudget and the Service for its metrics. */
export class OperatorDeployment extends Construct {
  constructor(scope: Construct, id: string, props: OperatorDeploymentProps) {
    super(scope, id);
    const { namespace, name, labels, serviceAccount, priorityClassName, secureMetrics } = props;
    const metadata = { name, namespace, labels };
    const deployment = new Deployment(this, 'deployment', {
      metadata,
      // One leads; the other is a standby with warm caches and takes over within seconds.
      replicas: 2,
      strategy: DeploymentStrategy.rollingUpdate({
        maxUnavailable: PercentOrAbsolute.absolute(1),
        maxSurge: PercentOrAbsolute.absolute(1),
      }),
      // Otherwise the selector, which is immutable, would depend on the path of this construct.
      select: false,
      podMetadata: { labels: { ...labels, [LABEL_LEADER_ELECTION]: 'true' } },
      serviceAccount,
      automountServiceAccountToken: true,
      terminationGracePeriod: Duration.seconds(30),
      containers: [container(props)],
    });
    deployment.select(LabelSelector.of({ labels: OPERATOR_SELECTOR }));
    // The label depends on the path of this construct: a rename would restart the pods.
    const addressLabel = Pod.ADDRESS_LABEL.replace('/', '~1');
    unset(deployment, '/spec/minReadySeconds', '/spec/template/spec/hostNetwork');
    unset(deployment, `/spec/template/metadata/labels/${addressLabel}`);
    // cdk8s-plus has no enableServiceLinks and no priority, and its security settings fall short of `restricted`.
    ApiObject.of(deployment).addJsonPatch(
      JsonPatch.add('/spec/template/spec/enableServiceLinks', false),
      ...(priorityClassName === undefined
        ? []
        : [JsonPatch.add('/spec/template/spec/priorityClassName', priorityClassName)]),
      // One node's failure should not take both.
      JsonPatch.add('/spec/template/spec/topologySpreadConstraints', [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: OPERATOR_SELECTOR },
        },
      ]),
      JsonPatch.replace('/spec/template/spec/securityContext', POD_SECURITY),
      JsonPatch.replace('/spec/template/spec/containers/0/securityContext', CONTAINER_SECURITY),
    );
    const service = new Service(this, 'metrics', {
      metadata: { ...metadata, name: `${name}-metrics` },
      ports: [secureMetrics ? { name: 'metrics', port: METRICS_TLS_PORT } : { name: 'admin', port: ADMIN_PORT }],
    });
    for (const [label, value] of Object.entries(OPERATOR_SELECTOR)) service.selectLabel(label, value);
    unset(service, '/spec/externalIPs');
    new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
      metadata,
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: OPERATOR_SELECTOR },
        // A pod that isn't ready must not block a drain.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}

function container({ image, secureMetrics, namespaces }: OperatorDeploymentProps): ContainerProps {
  const probe = { port: ADMIN_PORT, periodSeconds: Duration.seconds(10), timeoutSeconds: Duration.seconds(3) };
  return {
    name: 'operator',
    image,
    imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
    args: ['operator'],
    ports: [
      { name: 'admin', number: ADMIN_PORT },
      ...(secureMetrics ? [{ name: 'metrics', number: METRICS_TLS_PORT }] : []),
    ],
    envVariables: {
      NODE_OPTIONS: EnvValue.fromValue(OPERATOR_NODE_OPTIONS),
      // The peers' default image is the operator's own.
      ROLLCALL_IMAGE: EnvValue.fromValue(image),
      ...(secureMetrics && { ROLLCALL_METRICS_TLS_PORT: EnvValue.fromValue(String(METRICS_TLS_PORT)) }),
      ...(namespaces && { ROLLCALL_NAMESPACE: EnvValue.fromValue(namespaces.join(',')) }),
      POD_NAME: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAME),
      POD_NAMESPACE: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAMESPACE),
    },
    startup: Probe.fromHttpGet('/livez', { ...probe, periodSeconds: Duration.seconds(1), failureThreshold: 60 }),
    readiness: Probe.fromHttpGet('/readyz', { ...probe, periodSeconds: Duration.seconds(5) }),
    liveness: Probe.fromHttpGet('/livez', probe),
    resources: {
      cpu: { request: Cpu.millis(100), limit: Cpu.units(1) },
      memory: { request: Size.mebibytes(512), limit: Size.mebibytes(512) },
      ephemeralStorage: { request: Size.gibibytes(1), limit: Size.gibibytes(1) },
    },
  };
}
