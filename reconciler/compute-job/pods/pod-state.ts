import { GANG_CONTAINER } from '../../../constructs/gang-pod.ts';
import { GANG_GATE } from '../../../constructs/names.ts';
import { printable } from '../../../constructs/printable.ts';
import { containerProblem, problemText } from '../../stuck-pods/start-problem.ts';

/** The fields of a pod that decide its state (kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle). */
export interface SentPodState {
  readonly metadata: {
    readonly creationTimestamp?: string | undefined;
    readonly deletionTimestamp?: string | undefined;
    readonly deletionGracePeriodSeconds?: number | undefined;
  };
  readonly spec: {
    readonly nodeName?: string | undefined;
    readonly schedulingGates?: readonly { readonly name: string }[] | undefined;
  };
  readonly status?:
    | {
        readonly phase?: string | undefined;
        readonly podIP?: string | undefined;
        readonly podIPs?: readonly { readonly ip?: string }[] | undefined;
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
  readonly name?: string | undefined;
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

/** State of a pod of a gang. */
export type PodState =
  | { readonly type: 'Unbound' }
  /** It is bound; its image is being pulled or its container created. `problem`: why it can't start. */
  | {
      readonly type: 'Starting';
      readonly problem?: string;
      /** Its volumes or its network are not set up yet. */
      readonly noSandbox?: true;
      /** It has our scheduling gate until all pods of its gang exist. */
      readonly gated?: true;
    }
  | { readonly type: 'Running' }
  | { readonly type: 'Succeeded' }
  /** The command failed: this counts against backoffLimit. */
  | { readonly type: 'Failed'; readonly message: string }
  /** A node failure, an eviction, a preemption, a deletion: this doesn't count. */
  | {
      readonly type: 'Lost';
      readonly message: string;
      /** It was asked to stop, with its grace period. */
      readonly planned?: true;
    };

/** Reasons for which the kubelet ends or rejects pods (k8s.io/kubernetes/pkg/kubelet). */
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

/** What the kubelet reports when a pod exceeds a limit of its own. The node has enough, so there is no DisruptionTarget. */
const EXCEEDED_LIMIT = /\bexceed(s|ed) (the total limit of containers|the limit|its local ephemeral storage limit)\b/;

/** How a kubelet that was restarted with its node reports containers that it doesn't know. */
function isLostWithNode({ exitCode, reason }: { readonly exitCode: number; readonly reason?: string }): boolean {
  return reason === 'ContainerStatusUnknown' || (exitCode === 255 && reason === 'Unknown');
}

/** Exit codes to explain: 128 plus the number of the signal that ended the process. */
const SIGNALS: Readonly<Record<number, string>> = {
  135: 'SIGBUS: /dev/shm may be full, see shmSize',
  137: 'SIGKILL: often because the memory limit was exceeded, including files in /dev/shm',
};

export function podState(pod: SentPodState): PodState {
  const { status } = pod;
  if (status?.phase === 'Succeeded' || jobSucceeded(pod)) return { type: 'Succeeded' };
  if (status?.phase === 'Failed') return failure(pod);
  if (pod.metadata.deletionTimestamp !== undefined) return { ...lost(pod, 'the pod was deleted'), planned: true };
  // Injected containers may run forever.
  if (jobEnd(pod) !== undefined) return failure(pod);
  if (status?.phase === 'Running') return { type: 'Running' };
  if (pod.spec.schedulingGates?.some(({ name }) => name === GANG_GATE)) return { type: 'Starting', gated: true };
  if (!pod.spec.nodeName) return { type: 'Unbound' };
  const problem = containerProblem(statusesOf(pod));
  const sandbox = status?.conditions?.find(({ type }) => type === 'PodReadyToStartContainers');
  return {
    type: 'Starting',
    ...(problem && { problem: problemText(problem) }),
    ...(sandbox?.status === 'False' && { noSandbox: true }),
  };
}

/** How the command's container ended; undefined: it has not. Other containers of the pod don't matter. */
function jobEnd({ status }: SentPodState) {
  return status?.containerStatuses?.find(({ name }) => name === GANG_CONTAINER)?.state?.terminated;
}

/** The command exited with 0, and not because its pod was asked to stop. */
function jobSucceeded(pod: SentPodState): boolean {
  if (jobEnd(pod)?.exitCode !== 0 || pod.status?.reason) return false;
  return disruption(pod) === undefined && endedBeforeDeletion(pod, jobEnd(pod)?.finishedAt);
}

function failure(pod: SentPodState): PodState {
  const { reason, message } = pod.status ?? {};
  const failed = (end: { readonly exitCode: number } | undefined) => end !== undefined && end.exitCode !== 0;
  const ofCommand = jobEnd(pod);
  const terminated = failed(ofCommand)
    ? ofCommand
    : statusesOf(pod)
        .map(({ state }) => state?.terminated)
        .find(failed);
  const target = disruption(pod);
  if (target !== undefined) return { ...lost(pod), ...(target.reason !== 'DeletionByPodGC' && { planned: true }) };
  if (reason === 'Evicted' && EXCEEDED_LIMIT.test(message ?? '')) {
    return { type: 'Failed', message: withDetail(reason, message) };
  }
  if (terminated && isLostWithNode(terminated)) {
    return {
      type: 'Lost',
      message: `the container was lost when its node restarted (exit code ${terminated.exitCode}, ${terminated.reason})`,
    };
  }
  if (reason && (KUBELET_REASONS.has(reason) || reason.startsWith('OutOf'))) {
    return { type: 'Lost', message: withDetail(reason, message) };
  }
  if (!endedBeforeDeletion(pod, terminated?.finishedAt)) return { ...lost(pod, 'the pod was deleted'), planned: true };
  if (!terminated) return { type: 'Failed', message: withDetail(reason ?? 'Failed', message) };
  const { exitCode } = terminated;
  const said = terminated.message?.trim() || (terminated.reason !== 'Error' && terminated.reason) || '';
  const meaning = said === 'OOMKilled' ? undefined : SIGNALS[exitCode];
  return { type: 'Failed', message: withDetail(`exit code ${exitCode}${meaning ? ` (${meaning})` : ''}`, said) };
}

/** Init containers come first: the others don't start before them. */
function statusesOf({ status }: SentPodState): readonly ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

function lost(pod: SentPodState, otherwise = 'the pod was lost') {
  const target = disruption(pod);
  const message = target === undefined ? otherwise : withDetail(target.reason ?? 'DisruptionTarget', target.message);
  return { type: 'Lost', message } as const;
}

/** KEP-3329: this condition says that a pod is terminated because of a disruption. */
function disruption({ status }: SentPodState): PodCondition | undefined {
  return status?.conditions?.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
}

/** A pod that is asked to stop mostly fails, which doesn't count. A failure before that does. */
function endedBeforeDeletion({ metadata }: SentPodState, finishedAt: string | null | undefined): boolean {
  if (metadata.deletionTimestamp === undefined) return true;
  if (!finishedAt) return false;
  const deletedAt = Date.parse(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  return Date.parse(finishedAt) < deletedAt;
}

function withDetail(what: string, detail: string | undefined): string {
  return printable(detail ? `${what}: ${detail}` : what);
}

/** When its container started and, if it has, ended; milliseconds since the epoch. */
export function podTimes({ status }: SentPodState): { readonly started?: number; readonly ended?: number } {
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
