import { printable } from '../../constructs/printable.ts';

/** Why a pod can't start, as the kubelet or the scheduler reports it. */
export interface StartProblem {
  /** In CamelCase. */
  readonly reason: string;
  readonly message: string;
}

/** The part of a container's status that says why it waits. */
export interface WaitingContainer {
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } | undefined };
}

/** Reasons of a waiting container that don't resolve themselves. */
const STUCK_REASONS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PreStartHookError',
  'PostStartHookError',
  'StartError',
  'CrashLoopBackOff',
]);

/** Why the first container that is stuck can't start; undefined when none is. */
export function containerProblem(containers: readonly WaitingContainer[] = []): StartProblem | undefined {
  for (const { state } of containers) {
    const { reason = '', message = '' } = state?.waiting ?? {};
    if (STUCK_REASONS.has(reason)) return { reason, message: printable(message) };
  }
  return undefined;
}

/** `ErrImagePull: …` */
export function problemText({ reason, message }: StartProblem): string {
  return message === '' ? reason : `${reason}: ${message}`;
}
