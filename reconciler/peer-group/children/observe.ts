import type { DaemonSet, StatefulSet } from '../resources.ts';

/** State of a PeerGroup's workload in the cluster. */
export interface Observation {
  /** Number of pods. */
  readonly replicas: number;
  readonly readyReplicas: number;
  /** Desired number of pods. */
  readonly desired: number;
  /** Whether `desired` is known: the controller of a DaemonSet has to count nodes first. */
  readonly known: boolean;
  /** Whether the workload is as rendered and all of its pods are up to date. */
  readonly rolledOut: boolean;
}

/** @param desired what the spec asks for */
export function observeStatefulSet(statefulSet: StatefulSet | undefined, desired: number): Observation {
  const status = statefulSet?.status ?? {};
  const seen = (status.observedGeneration ?? 0) >= (statefulSet?.metadata.generation ?? 1);
  return {
    replicas: status.replicas ?? 0,
    readyReplicas: status.readyReplicas ?? 0,
    desired,
    known: true,
    rolledOut:
      seen &&
      statefulSet?.spec.replicas === desired &&
      (status.replicas ?? 0) === desired &&
      (status.updatedReplicas ?? 0) === desired,
  };
}

/** The desired number is the number of nodes; `counted`: the controller has counted them since the last change. */
export function observeDaemonSet(daemonSet: DaemonSet | undefined): Observation & { readonly counted: boolean } {
  const status = daemonSet?.status ?? {};
  const counted = (status.observedGeneration ?? 0) >= (daemonSet?.metadata.generation ?? 1);
  const desired = status.desiredNumberScheduled ?? 0;
  return {
    replicas: status.currentNumberScheduled ?? 0,
    readyReplicas: status.numberReady ?? 0,
    desired,
    known: status.observedGeneration !== undefined,
    counted,
    rolledOut: counted && (status.updatedNumberScheduled ?? 0) === desired && status.currentNumberScheduled === desired,
  };
}
