import { GANG_CONTAINER } from '../../../constructs/gang-pod.ts';
import { GANG_GATE } from '../../../constructs/names.ts';
import { printable } from '../../../constructs/printable.ts';
import { containerProblem, problemText } from '../../stuck-pods/start-problem.ts';

/** What of a pod says how it is doing (kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle). */
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

/** How a pod of a gang is doing, or how it ended. */
export type PodState =
  | { readonly type: 'Unbound' }
  /** It has its node; its image is being pulled or its container created. `problem`: what keeps it from starting. */
  | {
      readonly type: 'Starting';
      readonly problem?: string;
      /** Its volumes or its network aren't set up yet. */
      readonly noSandbox?: true;
      /** The scheduler is not to see it until all pods of its gang are there. */
      readonly gated?: true;
    }
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

/** What the kubelet says when a pod has outgrown a limit of its own; the node has enough, so there is no DisruptionTarget. */
const OUTGROWN = /\bexceed(s|ed) (the total limit of containers|the limit|its local ephemeral storage limit)\b/;

/** What a kubelet that was restarted with its node makes of containers that it knows nothing of. */
function isNodesFault({ exitCode, reason }: { readonly exitCode: number; readonly reason?: string }): boolean {
  return reason === 'ContainerStatusUnknown' || (exitCode === 255 && reason === 'Unknown');
}

/** Exit codes that say nothing by themselves: 128 and the number of the signal that ended the process. */
const SIGNALS: Readonly<Record<number, string>> = {
  135: 'SIGBUS: /dev/shm may be full, see shmSize',
  137: 'SIGKILL: often because the memory limit was exceeded, including files in /dev/shm',
};

export function podState(pod: SentPodState): PodState {
  const { status } = pod;
  if (status?.phase === 'Succeeded' || jobSucceeded(pod)) return { type: 'Succeeded' };
  if (status?.phase === 'Failed') return failure(pod);
  if (pod.metadata.deletionTimestamp !== undefined) return { ...lost(pod, 'the pod was deleted'), planned: true };
  // Containers that others have put beside it may run for ever.
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

/** How the container of the command ended; undefined: it hasn't. What became of others in the pod decides nothing. */
function jobEnd({ status }: SentPodState) {
  return status?.containerStatuses?.find(({ name }) => name === GANG_CONTAINER)?.state?.terminated;
}

/** The command exited with 0, and not because its pod was told to stop. */
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
  if (reason === 'Evicted' && OUTGROWN.test(message ?? '')) {
    return { type: 'Failed', message: sentence(reason, message) };
  }
  if (terminated && isNodesFault(terminated)) {
    return {
      type: 'Lost',
      message: `the container was lost when its node restarted (exit code ${terminated.exitCode}, ${terminated.reason})`,
    };
  }
  if (reason && (KUBELET_REASONS.has(reason) || reason.startsWith('OutOf'))) {
    return { type: 'Lost', message: sentence(reason, message) };
  }
  if (!endedBeforeDeletion(pod, terminated?.finishedAt)) return { ...lost(pod, 'the pod was deleted'), planned: true };
  if (!terminated) return { type: 'Failed', message: sentence(reason ?? 'Failed', message) };
  const { exitCode } = terminated;
  const said = terminated.message?.trim() || (terminated.reason !== 'Error' && terminated.reason) || '';
  const meaning = said === 'OOMKilled' ? undefined : SIGNALS[exitCode];
  return { type: 'Failed', message: sentence(`exit code ${exitCode}${meaning ? ` (${meaning})` : ''}`, said) };
}

/** Init containers come first: while one of them can't run, nothing is known of the others. */
function statusesOf({ status }: SentPodState): readonly ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

function lost(pod: SentPodState, otherwise = 'the pod was lost') {
  const target = disruption(pod);
  const message = target === undefined ? otherwise : sentence(target.reason ?? 'DisruptionTarget', target.message);
  return { type: 'Lost', message } as const;
}

/** KEP-3329: whoever ends a pod for the cluster's sake says so in this condition. */
function disruption({ status }: SentPodState): PodCondition | undefined {
  return status?.conditions?.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
}

/** A pod that is told to stop mostly fails: that is nobody's fault. One that had failed by then failed by itself. */
function endedBeforeDeletion({ metadata }: SentPodState, finishedAt: string | null | undefined): boolean {
  if (metadata.deletionTimestamp === undefined) return true;
  if (!finishedAt) return false;
  const deletedAt = Date.parse(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  return Date.parse(finishedAt) < deletedAt;
}

function sentence(what: string, detail: string | undefined): string {
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
