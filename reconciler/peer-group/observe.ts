import type { Pod, StatefulSet } from './resources.ts';

/** What there is of a PeerGroup in the cluster. */
export interface Observation {
  /** Pods that the StatefulSet has. */
  readonly replicas: number;
  readonly readyReplicas: number;
  /** Pods that report the current config. */
  readonly updatedPeers: number;
  /** Whether the StatefulSet is as we want it and its controller has brought all pods to it. */
  readonly rolledOut: boolean;
}

export interface ObservedObjects {
  readonly statefulSet: StatefulSet | undefined;
  /** Live pods of the group. */
  readonly pods: readonly Pod[];
  /** What the spec asks for. */
  readonly desired: number;
  readonly configHash: string;
  /** The config hash that a pod last reported; undefined when it hasn't. */
  readonly reported: (pod: Pod) => string | undefined;
}

export function observe({ statefulSet, pods, desired, configHash, reported }: ObservedObjects): Observation {
  const status = statefulSet?.status ?? {};
  const seen = (status.observedGeneration ?? 0) >= (statefulSet?.metadata.generation ?? 1);
  return {
    replicas: status.replicas ?? 0,
    readyReplicas: status.readyReplicas ?? 0,
    updatedPeers: pods.filter((pod) => reported(pod) === configHash).length,
    rolledOut:
      seen &&
      statefulSet?.spec.replicas === desired &&
      (status.replicas ?? 0) === desired &&
      (status.updatedReplicas ?? 0) === desired,
  };
}
