import type * as z from 'zod';

/**
 * One thing that types can't say about a value, written for both of its judges: as a CEL expression for the API server
 * (kubernetes.io/docs/reference/using-api/cel) and as a predicate for whoever renders without an API server.
 */
export interface Rule<T> {
  /** CEL; `self` is the value. */
  readonly cel: string;
  /** The same, on the value with its defaults. */
  readonly holds: (value: T) => boolean;
  /** What the user reads: names the field and says what is right. */
  readonly message: string;
  /** The field below `self` that the API server's answer points at, such as `.timeout`. */
  readonly fieldPath?: string;
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
  return checked.meta({
    ...schema.meta(),
    'x-kubernetes-validations': rules.map(({ cel, message, fieldPath }) => ({ rule: cel, message, fieldPath })),
  });
}
