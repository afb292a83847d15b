/** How long the remaining pods get to load a config without the pods that leave, in milliseconds. */
export const SCALE_DOWN_GRACE_MS = 2_000;

export interface ScaleDownInput {
  /** What the spec asks for. */
  readonly desired: number;
  /** What the StatefulSet has now; undefined when there is none. */
  readonly current: number | undefined;
  /** How long the config has been without the pods that leave, in milliseconds. */
  readonly configAgeMs: number;
  /** Ready pods that stay, and so would notice a missed ping. */
  readonly staying: number;
  /** Those of them that report the new config. */
  readonly updated: number;
}

export interface ScaleDownResult {
  readonly replicas: number;
  /** Reconcile again after this many milliseconds; undefined when there is nothing to wait for. */
  readonly waitMs?: number;
}

/**
 * The config is updated before pods are removed: otherwise the pods that stay would report the others as lost. Pods that never
 * answer are not waited for.
 */
export function decideScaleDown(input: ScaleDownInput): ScaleDownResult {
  const { desired, current, configAgeMs, staying, updated } = input;
  if (current === undefined || desired >= current) return { replicas: desired };
  if (updated >= staying || configAgeMs >= SCALE_DOWN_GRACE_MS) return { replicas: desired };
  return { replicas: current, waitMs: SCALE_DOWN_GRACE_MS - configAgeMs };
}
