import { printable } from '../../constructs/printable.ts';

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
  | { readonly type: 'Lost'; readonly message: string };

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

/** Reasons of a waiting container that don't pass by themselves. */
const STUCK_REASONS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'StartError',
]);

export function podOutcome(pod: PodState): PodOutcome {
  const { status } = pod;
  if (status?.phase === 'Succeeded') return { type: 'Succeeded' };
  if (status?.phase === 'Failed') return failure(pod);
  if (pod.metadata.deletionTimestamp !== undefined)
    return { type: 'Lost', message: disruption(pod) ?? 'it was deleted' };
  if (status?.phase === 'Running') return { type: 'Running' };
  if (!pod.spec.nodeName) return { type: 'Unbound' };
  const problem = status?.containerStatuses
    ?.map(({ state }) => state?.waiting)
    .find((waiting) => STUCK_REASONS.has(waiting?.reason ?? ''));
  return { type: 'Starting', ...(problem && { problem: sentence(problem.reason!, problem.message) }) };
}

function failure(pod: PodState): PodOutcome {
  const { reason, message, containerStatuses } = pod.status ?? {};
  const terminated = containerStatuses?.map(({ state }) => state?.terminated).find((end) => end && end.exitCode !== 0);
  const disrupted = disruption(pod);
  if (disrupted !== undefined) return { type: 'Lost', message: disrupted };
  if (reason && (KUBELET_REASONS.has(reason) || reason.startsWith('OutOf'))) {
    return { type: 'Lost', message: sentence(reason, message) };
  }
  if (!endedBeforeDeletion(pod, terminated?.finishedAt)) return { type: 'Lost', message: 'it was deleted' };
  if (!terminated) return { type: 'Failed', message: sentence(reason ?? 'Failed', message) };
  const said = terminated.message?.trim() || (terminated.reason !== 'Error' && terminated.reason) || '';
  return { type: 'Failed', message: sentence(`exit code ${terminated.exitCode}`, said) };
}

/** KEP-3329: whoever ends a pod for the cluster's sake says so in this condition. */
function disruption({ status }: PodState): string | undefined {
  const target = status?.conditions?.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
  return target && sentence(target.reason ?? 'DisruptionTarget', target.message);
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
