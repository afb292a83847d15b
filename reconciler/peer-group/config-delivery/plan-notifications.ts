import { ANNOTATION_CONFIG_HASH } from '../../../constructs/names.ts';
import type { Backoff } from '../../kube/backoff.ts';
import type { Pod } from '../resources.ts';

/**
 * A pod that still reports another config this long after it was told is told again, in milliseconds; after twice as long the
 * next time, and so on: a pod that can't use a config doesn't get better by being told.
 */
const REPEAT: Backoff = { base: 5_000, cap: 300_000 };

export interface NotificationInput {
  /** Live pods that mount the config's ConfigMap. */
  readonly pods: readonly Pod[];
  /** Of config and certificates: a word without a dot. */
  readonly version: string;
  /** When the ConfigMap was last changed (RFC 3339); pods made before it need to be told. */
  readonly configChangedAt: string | undefined;
  /** Whether it was changed in this very pass, or in one that left pods to tell. */
  readonly hasChanged: boolean;
  /** The version that a pod last reported; undefined when it hasn't. */
  readonly reported: (pod: Pod) => string | undefined;
  /** How long ago this process told the pod; undefined when it did not (a former one may have). */
  readonly notifiedAgoMs: (pod: Pod) => number | undefined;
  /** Pods to tell at most in one pass. */
  readonly limit: number;
}

export interface Notification {
  readonly pod: Pod;
  /** New value of the annotation. */
  readonly value: string;
}

export interface NotificationResult {
  readonly notifications: readonly Notification[];
  /** Whether pods were left out because of the limit. */
  readonly more: boolean;
  /** When the next pod is to be told again, in milliseconds; undefined when none is waited for. */
  readonly repeatInMs: number | undefined;
}

/**
 * Which pods' annotation to patch so that the kubelet refreshes the mounted config now, and not within a minute and a half.
 *
 * A pod that was made after the config changed has it already and costs no write.
 */
export function planNotifications(input: NotificationInput): NotificationResult {
  const due: Notification[] = [];
  let repeatInMs = Number.POSITIVE_INFINITY;
  for (const pod of input.pods) {
    const { value, waitMs } = decide(pod, input);
    if (value !== undefined) due.push({ pod, value });
    if (waitMs !== undefined) repeatInMs = Math.min(repeatInMs, waitMs);
  }
  return {
    notifications: due.slice(0, input.limit),
    more: due.length > input.limit,
    repeatInMs: Number.isFinite(repeatInMs) ? repeatInMs : undefined,
  };
}

interface PodNotification {
  /** New value of the annotation. */
  readonly value?: string;
  /** When to tell the pod again, if it still reports something else then. */
  readonly waitMs?: number;
}

function decide(pod: Pod, input: NotificationInput): PodNotification {
  const { version } = input;
  const told = pod.metadata.annotations?.[ANNOTATION_CONFIG_HASH];
  const reported = input.reported(pod);
  if (reported === version) return {};
  const [toldHash, count = '0'] = told?.split('.') ?? [];
  const repeats = Number(count);
  if (toldHash !== version) {
    const isOlder = (pod.metadata.creationTimestamp ?? '') < (input.configChangedAt ?? '');
    const mayBeBehind = told !== undefined || reported !== undefined || input.hasChanged || isOlder;
    if (!mayBeBehind) return {};
    return reported === undefined ? { value: version } : { value: version, waitMs: patience(0) };
  }
  // A pod that has never reported may be starting: its first report brings us back.
  if (reported === undefined) return {};
  const leftMs = patience(repeats) - (input.notifiedAgoMs(pod) ?? Number.POSITIVE_INFINITY);
  if (leftMs > 0) return { waitMs: leftMs };
  // Another value, or the API server would see no change and the kubelet hear nothing.
  return { value: `${version}.${repeats + 1}`, waitMs: patience(repeats + 1) };
}

function patience(repeats: number): number {
  return Math.min(REPEAT.cap, REPEAT.base * 2 ** repeats);
}
