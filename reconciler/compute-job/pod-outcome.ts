import { printable } from '../../constructs/printable.ts';
import { containerProblem, problemText } from '../cluster/start-problem.ts';

/** What of a pod says how it is doing (kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle). */
export interface PodState {
  readonly metadata: {
    readonly creationTimestamp?: string | undefined;
    readonly deletionTimestamp?: string | undefined;
    readonly deletionGracePeriodSeconds?: number | undefined;
  };
  readonly spec: { readonly nodeName?: string | undefined };
  readonly status?:
    | {
        readonly phase?: string | undefined;
        readonly reason?: string | undefined;
        readonly message?: string | undefined;
        readonly conditions?: readonly PodCondition[] | undefined;
        readonly containerStatuses?: readonly ContainerStatus[] | undefined;
        readonly initContainerStatuses?: readonly ContainerStatus[] | undefined;
      }
    | undefined;
}

interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

interface ContainerStatus {
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string } | undefined;
    readonly running?: { readonly startedAt?: string | null } | undefined;
    readonly terminated?:
      | {
          readonly exitCode: number;
          readonly reason?: string;
          readonly message?: string;
          readonly startedAt?: string | null;
          readonly finishedAt?: string | null;
        }
      | undefined;
  };
}

/** How a pod of a gang is doing, or how it ended. */
export type PodOutcome =
  | { readonly type: 'Unbound' }
  /** It has its node; its image is being pulled or its container created. `problem`: what keeps it from starting. */
  | { readonly type: 'Starting'; readonly problem?: string }
  | { readonly type: 'Running' }
  | { readonly type: 'Succeeded' }
  /** The command failed: it counts against backoffLimit. */
  | { readonly type: 'Failed'; readonly message: string }
  /** Node, eviction, preemption, deletion: it doesn't count. */
  | {
      readonly type: 'Lost';
      readonly message: string /** It was asked to stop, and given its grace period. */;
      readonly planned?: true;
    };

/** Reasons by which the kubelet itself ends or refuses pods (k8s.io/kubernetes/pkg/kubelet). */
const KUBELET_REASONS = new Set([
  'Evicted',
  'NodeShutdown',
  'Shutdown',
  'Terminated',
  'NodeLost',
  'NodeAffinity',
  'NodeName',
  'NodePorts',
  'Preempting',
  'UnexpectedAdmissionError',
  'TaintToleration',
  'PodLevelResources',
]);

/** Exit codes that say nothing by themselves: 128 and the number of the signal that ended the process. */
const SIGNALS: Readonly<Record<number, string>> = {
  135: 'SIGBUS: /dev/shm may be full, see shmSize',
  137: 'SIGKILL: often for more memory than the limit, files in /dev/shm included',
};

export function podOutcome(pod: PodState): PodOutcome {
  const { status } = pod;
  if (status?.phase === 'Succeeded') return { type: 'Succeeded' };
  if (status?.phase === 'Failed') return failure(pod);
  if (pod.metadata.deletionTimestamp !== undefined) return { ...lost(pod, 'it was deleted'), planned: true };
  if (status?.phase === 'Running') return { type: 'Running' };
  if (!pod.spec.nodeName) return { type: 'Unbound' };
  const problem = containerProblem(statusesOf(pod));
  return { type: 'Starting', ...(problem && { problem: problemText(problem) }) };
}

function failure(pod: PodState): PodOutcome {
  const { reason, message } = pod.status ?? {};
  const terminated = statusesOf(pod)
    .map(({ state }) => state?.terminated)
    .find((end) => end && end.exitCode !== 0);
  const target = disruption(pod);
  if (target !== undefined) return { ...lost(pod), ...(target.reason !== 'DeletionByPodGC' && { planned: true }) };
  if (reason && (KUBELET_REASONS.has(reason) || reason.startsWith('OutOf'))) {
    return { type: 'Lost', message: sentence(reason, message) };
  }
  if (!endedBeforeDeletion(pod, terminated?.finishedAt)) return { ...lost(pod, 'it was deleted'), planned: true };
  if (!terminated) return { type: 'Failed', message: sentence(reason ?? 'Failed', message) };
  const { exitCode } = terminated;
  const said = terminated.message?.trim() || (terminated.reason !== 'Error' && terminated.reason) || '';
  const meaning = said === 'OOMKilled' ? undefined : SIGNALS[exitCode];
  return { type: 'Failed', message: sentence(`exit code ${exitCode}${meaning ? ` (${meaning})` : ''}`, said) };
}

/** Init containers come first: while one of them can't run, nothing is known of the others. */
function statusesOf({ status }: PodState): readonly ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

function lost(pod: PodState, otherwise = 'it was lost') {
  const target = disruption(pod);
  const message = target === undefined ? otherwise : sentence(target.reason ?? 'DisruptionTarget', target.message);
  return { type: 'Lost', message } as const;
}

/** KEP-3329: whoever ends a pod for the cluster's sake says so in this condition. */
function disruption({ status }: PodState): PodCondition | undefined {
  return status?.conditions?.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
}

/** A pod that is told to stop mostly fails: that is nobody's fault. One that had failed by then failed by itself. */
function endedBeforeDeletion({ metadata }: PodState, finishedAt: string | null | undefined): boolean {
  if (metadata.deletionTimestamp === undefined) return true;
  if (!finishedAt) return false;
  const deletedAt = Date.parse(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  return Date.parse(finishedAt) < deletedAt;
}

function sentence(what: string, detail: string | undefined): string {
  return printable(detail ? `${what}: ${detail}` : what);
}

/** When its container started and, if it has, ended; milliseconds since the epoch. */
export function podTimes({ status }: PodState): { readonly started?: number; readonly ended?: number } {
  const states = status?.containerStatuses?.map(({ state }) => state?.terminated ?? state?.running) ?? [];
  const started = states.map((state) => Date.parse(state?.startedAt ?? '')).filter((time) => !Number.isNaN(time));
  const ended = status?.containerStatuses
    ?.map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''))
    .filter((time) => !Number.isNaN(time));
  return {
    ...(started.length > 0 && { started: Math.max(...started) }),
    ...(ended && ended.length > 0 && { ended: Math.max(...ended) }),
  };
}
