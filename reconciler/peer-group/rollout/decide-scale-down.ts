/** How long pods get to take in that others are about to leave, in milliseconds. */
export const SCALE_DOWN_GRACE_MS = 2_000;

export interface ScaleDownInput {
  /** What the spec asks for. */
  readonly desired: number;
  /** What the StatefulSet has now; undefined when there is none. */
  readonly current: number | undefined;
  /** How long the config has been without the pods that leave, in milliseconds. */
  readonly configAgeMs: number;
  /** Pods that stay and are ready, so that they could notice a missed ping. */
  readonly staying: number;
  /** Those of them that report the new config. */
  readonly updated: number;
}

export interface ScaleDownResult {
  readonly replicas: number;
  /** Look again in this time; undefined when there is nothing to wait for. */
  readonly waitMs?: number;
}

/**
 * Config first, pods later: whoever stays must know that the others leave, or it would report them as lost. Nobody waits
 * for pods that never answer.
 */
export function decideScaleDown(input: ScaleDownInput): ScaleDownResult {
  const { desired, current, configAgeMs, staying, updated } = input;
  if (current === undefined || desired >= current) return { replicas: desired };
  if (updated >= staying || configAgeMs >= SCALE_DOWN_GRACE_MS) return { replicas: desired };
  return { replicas: current, waitMs: SCALE_DOWN_GRACE_MS - configAgeMs };
}
