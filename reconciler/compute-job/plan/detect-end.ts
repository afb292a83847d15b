import type { GangPod } from '../pods/gang-pod.ts';
import { AVOID_NODE_MS } from '../queue/scheduler.ts';
import { attemptHash } from '../resource/attempt-hash.ts';
import { type AttemptEnd, describePod, gangEnd, infrastructureEnd } from './attempt-end.ts';
import { deadlineExceeded, deadlineLeftMs } from './deadline.ts';
import { failureCause } from './failure-cause.ts';
import type { JobInput, Member } from './input.ts';
import { notBound, notStarted, READY_TIMEOUT_MS } from './start-timeouts.ts';
import { hasSucceeded } from './success-policy.ts';
import { tolerationLeftMs } from './toleration-seconds.ts';

/** What kubelets and container runtimes report when a node is full or broken. */
const NODE_FAULT =
  /no space left on device|input\/output error|read-only file system|too many open files|cannot allocate memory/i;

/**
 * Whether and why the active attempt ends, from its pods as they are now; undefined: it goes on. The first check that applies wins.
 *
 * Pure.
 */
export function detectEnd(input: JobInput, members: readonly Member[]): AttemptEnd | undefined {
  const { spec, status, now } = input;
  if (status.attemptHash !== attemptHash(spec)) {
    return gangEnd('Request', 'SpecChanged', 'the spec changed');
  }
  const wanted = members.slice(0, spec.parallelism);
  if (hasSucceeded(spec, wanted)) return { type: 'Completed' };
  if (spec.suspend) return gangEnd('Request', 'Suspended', 'the job was suspended');
  const left = deadlineLeftMs(status.scheduledTime, spec.activeDeadlineSeconds, now);
  if (left !== undefined && left <= 0) return deadlineExceeded(spec);
  const unfinished = wanted.filter(({ completed }) => !completed);
  return (
    lost(input, unfinished) ??
    failed(input, unfinished) ??
    invalid(input) ??
    rejected(input) ??
    incomplete(input) ??
    notBound(input, unfinished) ??
    notStarted(input, unfinished)
  );
}

/** Checked before failures: the other pods of a gang fail because one of them was lost. */
function lost({ spec, status, nodeFailed, nodeSigns }: JobInput, members: readonly Member[]): AttemptEnd | undefined {
  for (const { index, node, pod } of members) {
    const vanished = pod === undefined && index < (status.started ?? 0);
    const isTolerated = () => pod !== undefined && tolerationLeftMs(spec.tolerations ?? [], nodeSigns(node)) > 0;
    if (nodeFailed(node) && !pod?.finished && !isTolerated()) {
      return infrastructureEnd('NodeFailed', `node ${node} (index ${index}) failed`, index);
    }
    if (vanished)
      return infrastructureEnd('PodVanished', `the pod of index ${index} on node ${node} no longer exists`, index);
    if (pod?.state.type === 'Lost') {
      const { message, planned } = pod.state;
      const end = infrastructureEnd('PodLost', `${describePod(pod.name, node)}: ${message}`, index);
      return { ...end, ...(planned && { planned }) };
    }
  }
  return undefined;
}

function failed(input: JobInput, members: readonly Member[]): AttemptEnd | undefined {
  for (const { index, node, pod } of members) {
    if (pod?.state.type === 'Failed') {
      const cause = causeOf(pod, input, members);
      if (cause.type === 'Unknown') continue;
      const what = `${describePod(pod.name, node)} failed: ${pod.state.message}`;
      if (cause.type === 'Program') return gangEnd('Application', 'PodFailed', what);
      return infrastructureEnd(
        'NodeRestarted',
        `node ${cause.node} restarted while the gang was running; ${what}`,
        index,
      );
    }
    if (
      pod?.stuckSince !== undefined &&
      input.now - pod.stuckSince >= READY_TIMEOUT_MS &&
      pod.state.type === 'Starting'
    ) {
      return stuck(pod, pod.state.problem ?? '', members);
    }
  }
  return undefined;
}

function causeOf({ failedSince }: GangPod, { now, nodeSigns }: JobInput, members: readonly Member[]) {
  const nodes = members.map(({ node }) => node);
  return failureCause(now - (failedSince ?? now), nodes, nodeSigns);
}

/** Whether a pod has failed and it is not known yet whether the program or a node caused it. */
export function isCausePending(input: JobInput, members: readonly Member[]): boolean {
  const unfinished = members.filter(({ completed }) => !completed);
  return unfinished.some(
    ({ pod }) => pod?.state.type === 'Failed' && causeOf(pod, input, unfinished).type === 'Unknown',
  );
}

/**
 * A container that can't be created. The node is at fault if the kubelet says so; if other pods of the gang could be created, the
 * next gang avoids the node to be safe.
 */
function stuck(pod: GangPod, problem: string, members: readonly Member[]): AttemptEnd {
  const { name, node, index } = pod;
  const isNodeFault = NODE_FAULT.test(problem);
  const othersStarted = members.some((other) => other.pod?.state.type === 'Running');
  const avoided = isNodeFault || othersStarted ? `; node ${node} is avoided for ${AVOID_NODE_MS / 60_000} minutes` : '';
  const message = `${describePod(name, node)} cannot start: ${problem}${avoided}`;
  const end = isNodeFault ? infrastructureEnd('PodStuck', message, index) : gangEnd('Application', 'PodStuck', message);
  return avoided === '' ? end : { ...end, avoid: [node] };
}

/** No such pod is valid, however often it is tried. If a running gang was to grow by it, only the growth ends. */
function invalid({ invalidPod, status: { started = 0 } }: JobInput): AttemptEnd | undefined {
  if (invalidPod === undefined) return undefined;
  if (started > 0) return { ...gangEnd('Refusal', 'PodRefused', invalidPod), index: started };
  return { type: 'Failed', reason: 'InvalidTemplate', message: invalidPod };
}

/** The rejected pod is one of those that are created now: beyond the indexes that have started. */
function rejected({ podRejection, status }: JobInput): AttemptEnd | undefined {
  if (podRejection === undefined) return undefined;
  return { ...gangEnd('Refusal', 'PodRefused', podRejection), index: status.started ?? 0 };
}

/** All or nothing: a gang that can't be completed releases its nodes. */
function incomplete({ incomplete: missing, status }: JobInput): AttemptEnd | undefined {
  if (missing === undefined || missing.forMs < READY_TIMEOUT_MS) return undefined;
  const message = `not all pods could be created within ${READY_TIMEOUT_MS / 60_000} minutes: ${missing.message}`;
  return { ...gangEnd('Refusal', 'GangIncomplete', message), index: status.started ?? 0 };
}
