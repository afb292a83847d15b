import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import type { GangPod } from './input.ts';
import type { HostsPlan } from './plan-hosts.ts';
import type { EndCause } from './restart-policy.ts';

/** Nodes that a job asks for: those of a new gang, or those by which its present one is to grow. */
export interface GangAsk {
  readonly attempt: number;
  /** First index to be placed: 0 for a new gang. */
  readonly from: number;
  readonly count: number;
  readonly preferred: readonly string[];
  readonly avoided: readonly string[];
}

export interface Removal {
  readonly pod: GangPod;
  /** Seconds that its processes get to end; undefined: what the pod says. */
  readonly graceSeconds?: number;
}

/** Something that users are told of in an Event and the log. */
export interface JobNote {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly note: string;
}

/**
 * What is to be done for a job, in the order of its fields: what counts is in the status before any pod is deleted or created
 * on the strength of it.
 */
export interface JobPlan {
  readonly status: ComputeJobStatus;
  readonly remove: readonly Removal[];
  /** Indexes of the attempt in the status. */
  readonly create: readonly number[];
  /** Whether these are kept from the scheduler until all of their gang are there. */
  readonly gate?: boolean;
  /** Pods that are kept from the scheduler no more. */
  readonly ungate?: readonly GangPod[];
  /** Names of the pods, and what they are told of them; undefined: nothing changes. */
  readonly hosts?: HostsPlan;
  /** What the queue is asked for; undefined: nothing. */
  readonly ask?: GangAsk;
  /** Nodes not to ask for again for a while. */
  readonly avoid?: readonly string[];
  /** Why the attempt ends, if it does. */
  readonly cause?: EndCause;
  readonly deleteJob?: boolean;
  /** When to plan again though nothing has changed; undefined: never. */
  readonly lookAgainMs?: number | undefined;
  readonly notes: readonly JobNote[];
}

/** A plan that only says what the status is. */
export function justStatus(status: ComputeJobStatus): JobPlan {
  return { status, remove: [], create: [], notes: [] };
}

/** The soonest of several times; undefined when there is none. */
export function soonest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(0, Math.min(...known));
}
