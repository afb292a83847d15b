import type { DaemonSet, StatefulSet } from '../resources.ts';

/** What there is of a PeerGroup's workload in the cluster. */
export interface Observation {
  /** Pods that there are. */
  readonly replicas: number;
  readonly readyReplicas: number;
  /** Pods that there should be. */
  readonly desired: number;
  /** Whether that is known: a DaemonSet's controller has to have counted its nodes once. */
  readonly known: boolean;
  /** Whether the workload is as we want it and its controller has brought all pods to it. */
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

/** The nodes decide how many pods there should be; `counted`: the controller has counted them since the last change. */
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
