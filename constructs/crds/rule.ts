import type * as z from 'zod';

/** A rule as the API server judges it (kubernetes.io/docs/reference/using-api/cel). */
export interface CelRule {
  /** CEL; `self` is the value. */
  readonly cel: string;
  /** Message for users: names the field and the requirement. */
  readonly message: string;
  /** The field below `self` that the API server's answer points at, such as `.timeout`. */
  readonly fieldPath?: string;
}

/**
 * A rule that types can't express, written twice: as CEL for the API server and as a
 * predicate for rendering without one.
 */
export interface Rule<T> extends CelRule {
  /** The same, on the value with its defaults. */
  readonly holds: (value: T) => boolean;
}

/** Rules as a CRD's schema carries them. */
export function validations(rules: readonly CelRule[]) {
  return rules.map(({ cel, message, fieldPath }) => ({ rule: cel, message, ...(fieldPath && { fieldPath }) }));
}

/** The schema with rules that both judges apply. */
export function withRules<S extends z.ZodType>(schema: S, ...rules: readonly Rule<z.output<S>>[]): S {
  const checked = schema.superRefine((value, context) => {
    for (const rule of rules) {
      if (rule.holds(value)) continue;
      const path = rule.fieldPath?.split('.').filter(Boolean) ?? [];
      context.addIssue({ code: 'custom', message: rule.message, path });
    }
  });
  return checked.meta({ ...schema.meta(), 'x-kubernetes-validations': validations(rules) });
}
