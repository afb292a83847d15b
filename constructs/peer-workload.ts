import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { CompletePeerGroupSpec } from './crds/peer-group.ts';
import { peerSelector } from './labels.ts';
import { GROUP_VERSION } from './names.ts';

export interface PeerWorkloadProps {
  /** Of each of the objects: they are all called like the group. */
  readonly metadata: k8s.ObjectMeta;
  /** Of the StatefulSet or DaemonSet. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly group: string;
  readonly spec: CompletePeerGroupSpec;
  readonly template: k8s.PodTemplateSpec;
}

/** What keeps the pods of a group with placement Replicas: StatefulSet, PodDisruptionBudget, HorizontalPodAutoscaler. */
export class ReplicatedPeers extends Construct {
  constructor(scope: Construct, id: string, { metadata, annotations, group, spec, template }: PeerWorkloadProps) {
    super(scope, id);
    const selector = { matchLabels: peerSelector(group) };
    new k8s.KubeStatefulSet(this, 'stateful-set', {
      metadata: { ...metadata, annotations },
      spec: {
        replicas: spec.replicas,
        serviceName: group,
        podManagementPolicy: 'Parallel',
        selector,
        template,
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
      metadata,
      spec: {
        maxUnavailable: intOrString(spec.disruptionBudget?.maxUnavailable ?? 1),
        selector,
        // A pod that isn't ready must not block a drain.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
    if (spec.autoscaling)
      new k8s.KubeHorizontalPodAutoscalerV2(this, 'autoscaler', {
        metadata,
        spec: {
          // The group itself is scaled, not its StatefulSet: the peers have to learn of each other first.
          scaleTargetRef: { apiVersion: GROUP_VERSION, kind: 'PeerGroup', name: group },
          minReplicas: spec.autoscaling.minReplicas,
          maxReplicas: spec.autoscaling.maxReplicas,
          metrics: [
            {
              type: 'Resource',
              resource: {
                name: 'cpu',
                target: { type: 'Utilization', averageUtilization: spec.autoscaling.targetCPUUtilization },
              },
            },
          ],
        },
      });
  }
}

/** What keeps the pods of a group with placement PerNode: a DaemonSet, one node at a time when it rolls out. */
export class PeersPerNode extends Construct {
  constructor(scope: Construct, id: string, { metadata, annotations, group, template }: PeerWorkloadProps) {
    super(scope, id);
    new k8s.KubeDaemonSet(this, 'daemon-set', {
      metadata: { ...metadata, annotations },
      spec: {
        selector: { matchLabels: peerSelector(group) },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(1) } },
        template,
      },
    });
  }
}

function intOrString(value: number | string): k8s.IntOrString {
  return typeof value === 'number' ? k8s.IntOrString.fromNumber(value) : k8s.IntOrString.fromString(value);
}
