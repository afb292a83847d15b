import { attemptHash } from '../resource/attempt-hash.ts';
import { deadlineExceeded, deadlineLeftMs } from './deadline.ts';
import { blameFor } from './failure-cause.ts';
import type { GangPod, JobView, Member } from './input.ts';
import type { EndCause } from './restart-policy.ts';
import { hasSucceeded } from './success-policy.ts';
import { patienceWithNodeMs } from './toleration-seconds.ts';

/** How long a pod may wait for the scheduler to bind it, and how long a container may fail to be created. */
export const PATIENCE_MS = 2 * 60_000;

/** How long a pod that has its node may wait for its volumes and its network. */
const SANDBOX_MS = 5 * 60_000;
/** The same until its container runs: large images take their time. */
const START_MS = 30 * 60_000;

/** What kubelets and container runtimes say when it is the node that has too little, or is broken. */
const NODES_FAULT =
  /no space left on device|input\/output error|read-only file system|too many open files|cannot allocate memory/i;

/** Why an attempt ends. */
export type AttemptEnd =
  | { readonly type: 'Completed' }
  /** The job is over, however many restarts are left. */
  | { readonly type: 'Failed'; readonly reason: string; readonly message: string }
  | {
      readonly type: 'Restart';
      readonly cause: EndCause;
      readonly reason: string;
      readonly message: string;
      /** The index that it is about; undefined: the whole gang. */
      readonly index?: number;
      /** Nodes not to try again for a while. */
      readonly avoid?: readonly string[];
      /** Whether the pods still have something to save: they were asked to stop, and nothing is broken. */
      readonly planned?: boolean;
    };

/** Whether, and why, the present attempt is over; undefined: it goes on. Pure: from the pods as they are. */
export function attemptEnd(view: JobView, members: readonly Member[]): AttemptEnd | undefined {
  const { spec, status, now } = view;
  if (status.attemptHash !== attemptHash(spec)) {
    return restart('Request', 'SpecChanged', 'the spec was changed: a new gang replaces this one');
  }
  const wanted = members.slice(0, spec.parallelism);
  if (hasSucceeded(spec, wanted)) return { type: 'Completed' };
  if (spec.suspend) return restart('Request', 'Suspended', 'the job is suspended');
  const left = deadlineLeftMs(status.scheduledTime, spec.activeDeadlineSeconds, now);
  if (left !== undefined && left <= 0) return { type: 'Failed', ...deadlineExceeded(spec) };
  const unfinished = wanted.filter(({ completed }) => !completed);
  return (
    lost(view, unfinished) ??
    failed(view, unfinished) ??
    impossible(view) ??
    refused(view) ??
    incomplete(view) ??
    unbound(view, unfinished) ??
    notStarted(view, unfinished)
  );
}

/** A loss comes before a failure: the others of a gang fail because one of them was lost. */
function lost({ spec, status, nodeFailed, nodeSigns }: JobView, members: readonly Member[]): AttemptEnd | undefined {
  for (const { index, node, pod } of members) {
    const gone = pod === undefined && index < (status.started ?? 0);
    const isAwaited = () => pod !== undefined && patienceWithNodeMs(spec.tolerations ?? [], nodeSigns(node)) > 0;
    if (nodeFailed(node) && !pod?.finished && !isAwaited()) {
      return infrastructure('NodeFailed', `node ${node} failed under index ${index}`, index);
    }
    if (gone) return infrastructure('PodVanished', `the pod of index ${index} on ${node} vanished`, index);
    if (pod?.outcome.type === 'Lost') {
      const { message, planned } = pod.outcome;
      return { ...infrastructure('PodLost', `${of(pod.name, node)}: ${message}`, index), ...(planned && { planned }) };
    }
  }
  return undefined;
}

function failed(view: JobView, members: readonly Member[]): AttemptEnd | undefined {
  const { now } = view;
  for (const { index, node, pod } of members) {
    if (pod?.outcome.type === 'Failed') {
      const blame = blameOf(pod, view, members);
      if (blame.type === 'Unknown') continue;
      if (blame.type === 'Reboot') {
        const message = `node ${blame.node} was restarted under the gang; ${of(pod.name, node)} failed: ${pod.outcome.message}`;
        return infrastructure('NodeRestarted', message, index);
      }
      return restart('Application', 'PodFailed', `${of(pod.name, node)} failed: ${pod.outcome.message}`);
    }
    if (pod?.stuckSince !== undefined && now - pod.stuckSince >= PATIENCE_MS && pod.outcome.type === 'Starting') {
      return stuck(pod, pod.outcome.problem ?? '', members);
    }
  }
  return undefined;
}

function blameOf({ failedSince }: GangPod, { now, nodeSigns }: JobView, members: readonly Member[]) {
  const nodes = members.map(({ node }) => node);
  return blameFor(now - (failedSince ?? now), nodes, nodeSigns);
}

/** Whether a pod has failed of which it isn't known yet whether its program is to blame. */
export function isBlamePending(view: JobView, members: readonly Member[]): boolean {
  const unfinished = members.filter(({ completed }) => !completed);
  return unfinished.some(
    ({ pod }) => pod?.outcome.type === 'Failed' && blameOf(pod, view, unfinished).type === 'Unknown',
  );
}

/**
 * A container that can't be created. It is the node's fault if the kubelet says so; if others of the gang could be created, the
 * next gang leaves the node out to be sure.
 */
function stuck(pod: GangPod, problem: string, members: readonly Member[]): AttemptEnd {
  const { name, node, index } = pod;
  const ofNode = NODES_FAULT.test(problem);
  const othersStarted = members.some((other) => other.pod?.outcome.type === 'Running');
  const avoided = ofNode || othersStarted ? `; node ${node} is left out for a while` : '';
  const message = `${of(name, node)} can't start: ${problem}${avoided}`;
  const end = ofNode ? infrastructure('PodStuck', message, index) : restart('Application', 'PodStuck', message);
  return avoided === '' ? end : { ...end, avoid: [node] };
}

/** A pod that has its node but never gets as far as a container: its volumes or its network can't be set up, or worse. */
function notStarted({ now }: JobView, members: readonly Member[]): AttemptEnd | undefined {
  const late = members.find(({ pod }) => (startBy(pod) ?? now + 1) <= now);
  if (late?.pod === undefined) return undefined;
  const { index, node, pod } = late;
  const minutes = Math.round((now - pod.startingSince!) / 60_000);
  const message = `${of(pod.name, node)} has not started within ${minutes} minutes; node ${node} is left out for a while`;
  return { ...infrastructure('NotStarted', message, index), avoid: [node] };
}

/** By when the container of a pod that has its node must run; undefined: it does, has none yet, or something else limits it. */
function startBy(pod: GangPod | undefined): number | undefined {
  if (pod?.startingSince === undefined || pod.outcome.type !== 'Starting') return undefined;
  if (pod.outcome.problem || pod.outcome.gated) return undefined;
  return pod.startingSince + (pod.outcome.noSandbox ? SANDBOX_MS : START_MS);
}

/** There can be no such pod, however often it is tried. What a running gang was to grow by doesn't end the gang. */
function impossible({ invalid, status }: JobView): AttemptEnd | undefined {
  if (invalid === undefined) return undefined;
  const { started = 0 } = status;
  if (started > 0) return { ...restart('Refusal', 'PodRefused', invalid), index: started };
  return { type: 'Failed', reason: 'InvalidTemplate', message: invalid };
}

/** All or none: what can't be completed is released. */
function incomplete({ incomplete: missing, status }: JobView): AttemptEnd | undefined {
  if (missing === undefined || missing.forMs < PATIENCE_MS) return undefined;
  const message = `its pods could not all be created within ${PATIENCE_MS / 60_000} minutes: ${missing.message}`;
  return { ...restart('Refusal', 'GangIncomplete', message), index: status.started ?? 0 };
}

/** What is refused is one of the pods that are created now: those beyond the indexes that have started. */
function refused({ refusal, status }: JobView): AttemptEnd | undefined {
  if (refusal === undefined) return undefined;
  return { ...restart('Refusal', 'PodRefused', refusal), index: status.started ?? 0 };
}

function unbound({ now }: JobView, members: readonly Member[]): AttemptEnd | undefined {
  const late = members.filter(({ pod }) => pod?.outcome.type === 'Unbound' && now - pod.unboundSince >= PATIENCE_MS);
  if (late.length === 0) return undefined;
  const avoid = late.map(({ node }) => node);
  const message = `${avoid.length} pods were not bound to their nodes within ${PATIENCE_MS / 60_000} minutes, the first to ${avoid[0]}`;
  return { ...infrastructure('NotBound', message, late[0]!.index), avoid };
}

function infrastructure(reason: string, message: string, index: number) {
  return { ...restart('Infrastructure', reason, message), index };
}

function restart(cause: EndCause, reason: string, message: string) {
  return { type: 'Restart', cause, reason, message } as const;
}

function of(pod: string, node: string): string {
  return `pod ${pod} on ${node}`;
}

/** Milliseconds until patience with one of the members is over; undefined: nothing is being waited for. */
export function patienceLeftMs(members: readonly Member[], now: number): number | undefined {
  const since = members
    .flatMap(({ pod }) => [
      pod?.outcome.type === 'Unbound' ? pod.unboundSince + PATIENCE_MS : undefined,
      pod?.stuckSince === undefined ? undefined : pod.stuckSince + PATIENCE_MS,
      startBy(pod),
    ])
    .filter((time) => time !== undefined);
  return since.length === 0 ? undefined : Math.min(...since) - now;
}
