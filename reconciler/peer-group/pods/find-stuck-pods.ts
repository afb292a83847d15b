import type { StartProblem } from '../../stuck-pods/start-problem.ts';
import type { StuckPod } from '../../stuck-pods/stuck-pods.ts';
import { UNSCHEDULABLE } from '../children/transform.ts';
import type { Problem } from '../problem.ts';

/** A pod that has not started, and why. */
export interface WaitingPod {
  readonly name: string;
  readonly stuck: StuckPod<StartProblem>;
}

export interface StuckPodsResult {
  readonly problems: readonly Problem[];
  /** Milliseconds after which another pod counts as stuck; undefined: never. */
  readonly againInMs?: number;
}

/** A failed pull may succeed the second time. Milliseconds. */
const KUBELET_PATIENCE_MS = 10_000;
/** Draining, replacing or adding a node takes time. Milliseconds. */
const SCHEDULER_PATIENCE_MS = 60_000;

/**
 * Pods that take too long to start: one problem for each reason, with the message of the first
 * such pod by name, so that the condition does not change with each further pod.
 *
 * @param now milliseconds since the epoch
 */
export function findStuckPods(pods: readonly WaitingPod[], now: number): StuckPodsResult {
  const problems = new Map<string, Problem>();
  const waits: number[] = [];
  for (const { name, stuck } of [...pods].sort(byName)) {
    const { reason, message } = stuck.problem;
    const patience = reason === UNSCHEDULABLE ? SCHEDULER_PATIENCE_MS : KUBELET_PATIENCE_MS;
    const leftMs = stuck.since + patience - now;
    if (leftMs > 0) waits.push(leftMs);
    else if (!problems.has(reason)) problems.set(reason, problemOf(name, reason, message));
  }
  return { problems: [...problems.values()], ...(waits.length > 0 && { againInMs: Math.min(...waits) }) };
}

function problemOf(pod: string, reason: string, message: string): Problem {
  if (reason === UNSCHEDULABLE) return { reason, message: `Pod ${pod} cannot be scheduled: ${message}` };
  return {
    reason: 'PodStuck',
    message: `Pod ${pod} cannot start: ${message === '' ? reason : `${reason}: ${message}`}`,
  };
}

/** web-2 before web-10. */
function byName(a: WaitingPod, b: WaitingPod): number {
  return a.name.length - b.name.length || (a.name < b.name ? -1 : 1);
}
