import type { PodDeletion } from '../pods/delete-pods.ts';
import type { GangPod } from '../pods/gang-pod.ts';

/** Deletions of all pods that may still run and are not being deleted yet. */
export function deleteUnfinished(pods: readonly GangPod[], graceSeconds?: number): PodDeletion[] {
  return pods
    .filter((pod) => !pod.finished && pod.stopBy === undefined)
    .map((pod) => ({ pod, ...(graceSeconds !== undefined && { graceSeconds }) }));
}
