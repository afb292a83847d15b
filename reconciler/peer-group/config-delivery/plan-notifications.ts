import { ANNOTATION_CONFIG_HASH } from '../../../constructs/names.ts';
import type { Backoff } from '../../kube/backoff.ts';
import type { Pod } from '../resources.ts';

/**
 * A pod that still reports another config this long after its notification is notified again, in milliseconds; after twice as long the
 * next time, and so on: notifications do not help a pod that can't use a config.
 */
const REPEAT: Backoff = { base: 5_000, cap: 300_000 };

export interface NotificationInput {
  /** Live pods that mount the config's ConfigMap. */
  readonly pods: readonly Pod[];
  /** Version of config and certificates: a word without a dot. */
  readonly version: string;
  /** When the ConfigMap was last changed (RFC 3339); pods created earlier need a notification. */
  readonly configChangedAt: string | undefined;
  /** Whether it was changed in this reconcile, or in an earlier one that did not notify all pods. */
  readonly hasChanged: boolean;
  /** The version that a pod last reported; undefined if there is no report. */
  readonly reported: (pod: Pod) => string | undefined;
  /** How long ago this process notified the pod; undefined if it did not (an earlier process may have). */
  readonly notifiedAgoMs: (pod: Pod) => number | undefined;
  /** Maximum number of pods to notify in one reconcile. */
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
  /** Milliseconds after which the next pod is to be notified again; undefined if none is. */
  readonly repeatInMs: number | undefined;
}

/**
 * Which pods to notify: a patch of their annotation makes the kubelet refresh the mounted config now instead of within 90 seconds.
 *
 * A pod that was created after the config changed already has it and needs no patch.
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
  /** When to notify the pod again, if it still reports something else by then. */
  readonly waitMs?: number;
}

function decide(pod: Pod, input: NotificationInput): PodNotification {
  const { version } = input;
  const annotation = pod.metadata.annotations?.[ANNOTATION_CONFIG_HASH];
  const reported = input.reported(pod);
  if (reported === version) return {};
  const [notifiedVersion, count = '0'] = annotation?.split('.') ?? [];
  const repeats = Number(count);
  if (notifiedVersion !== version) {
    const isOlder = (pod.metadata.creationTimestamp ?? '') < (input.configChangedAt ?? '');
    const mayBeBehind = annotation !== undefined || reported !== undefined || input.hasChanged || isOlder;
    if (!mayBeBehind) return {};
    return reported === undefined ? { value: version } : { value: version, waitMs: patience(0) };
  }
  // A pod without a report may be starting: its first report triggers a reconcile.
  if (reported === undefined) return {};
  const leftMs = patience(repeats) - (input.notifiedAgoMs(pod) ?? Number.POSITIVE_INFINITY);
  if (leftMs > 0) return { waitMs: leftMs };
  // Another value, because the API server would ignore a patch without a change.
  return { value: `${version}.${repeats + 1}`, waitMs: patience(repeats + 1) };
}

function patience(repeats: number): number {
  return Math.min(REPEAT.cap, REPEAT.base * 2 ** repeats);
}
