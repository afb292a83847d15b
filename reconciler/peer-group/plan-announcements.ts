import { ANNOTATION_CONFIG_HASH } from '../../constructs/names.ts';
import type { Pod } from './resources.ts';

/** A pod that still reports another config this long after it was told is told again, in milliseconds. */
export const REPEAT_AFTER_MS = 5_000;

export interface AnnouncementSituation {
  /** Live pods that mount the config's ConfigMap. */
  readonly pods: readonly Pod[];
  /** Of config and certificates: a word without a dot. */
  readonly version: string;
  /** When the ConfigMap was last changed (RFC 3339); pods made before it need to be told. */
  readonly configChangedAt: string | undefined;
  /** Whether it was changed in this very pass. */
  readonly changedNow: boolean;
  /** The version that a pod last reported; undefined when it hasn't. */
  readonly reported: (pod: Pod) => string | undefined;
  /** How long ago this process told the pod; undefined when it did not (a former one may have). */
  readonly toldAgoMs: (pod: Pod) => number | undefined;
  /** Pods to tell at most in one pass. */
  readonly limit: number;
}

export interface Announcement {
  readonly pod: Pod;
  /** New value of the annotation. */
  readonly value: string;
}

export interface AnnouncementPlan {
  readonly announcements: readonly Announcement[];
  /** Whether pods were left out because of the limit. */
  readonly more: boolean;
}

/**
 * Which pods' annotation to patch so that the kubelet refreshes the mounted config now, and not within a minute and a half.
 *
 * A pod that was made after the config changed has it already and costs no write.
 */
export function planAnnouncements(situation: AnnouncementSituation): AnnouncementPlan {
  const due: Announcement[] = [];
  for (const pod of situation.pods) {
    const value = nextValue(pod, situation);
    if (value !== undefined) due.push({ pod, value });
  }
  return { announcements: due.slice(0, situation.limit), more: due.length > situation.limit };
}

function nextValue(pod: Pod, situation: AnnouncementSituation): string | undefined {
  const { version } = situation;
  const told = pod.metadata.annotations?.[ANNOTATION_CONFIG_HASH];
  const reported = situation.reported(pod);
  if (reported === version) return undefined;
  if (told?.split('.')[0] === version) {
    const agoMs = situation.toldAgoMs(pod) ?? Number.POSITIVE_INFINITY;
    if (reported === undefined || agoMs < REPEAT_AFTER_MS) return undefined;
    // Another value, or the API server would see no change and the kubelet hear nothing.
    return `${version}.${Number(told.split('.')[1] ?? 0) + 1}`;
  }
  const isOlder = (pod.metadata.creationTimestamp ?? '') < (situation.configChangedAt ?? '');
  return told !== undefined || reported !== undefined || situation.changedNow || isOlder ? version : undefined;
}
