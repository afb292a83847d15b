import { truncate } from './truncate.ts';

/** `metav1.Condition`. */
export interface Condition {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly observedGeneration?: number | undefined;
  /** RFC 3339. */
  readonly lastTransitionTime: string;
  /** One word in CamelCase. */
  readonly reason: string;
  readonly message: string;
}

export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** A condition as it was found just now. */
export type Finding = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/**
 * Conditions by the API conventions (sig-architecture, "Typical status properties"): each says which generation it is about,
 * its transition time moves only when its status does, and its message is no longer than the field takes.
 *
 * @param before conditions as they are in the cache
 * @param now RFC 3339
 */
export function updateConditions(
  before: readonly Condition[],
  findings: readonly Finding[],
  observedGeneration: number,
  now: string,
): Condition[] {
  return findings.map((finding) => {
    const known = before.find((condition) => condition.type === finding.type);
    const lastTransitionTime = known?.status === finding.status ? known.lastTransitionTime : now;
    return { ...finding, message: truncate(finding.message), observedGeneration, lastTransitionTime };
  });
}
