import type * as z from 'zod';
import type { Rule } from './rule.ts';

/** A resource before its defaults are filled in. */
interface Incomplete<M> {
  readonly metadata: M;
  readonly spec: unknown;
}

/**
 * The spec of a resource with its defaults, as the API server would have stored it.
 *
 * @param wholeRules on the whole resource
 * @throws the error of `invalid` with a message for each field that the API server would reject
 */
export function completeSpec<S extends z.ZodType, M>(
  { metadata, spec }: Incomplete<M>,
  schema: S,
  wholeRules: readonly Rule<{ metadata: M; spec: z.output<S> }>[],
  invalid: (sentences: string) => Error,
): z.output<S> {
  const parsed = schema.safeParse(spec);
  if (!parsed.success) {
    throw invalid(parsed.error.issues.map(({ path, message }) => `${fieldPath(path)}: ${message}`).join('; '));
  }
  const broken = wholeRules.filter((rule) => !rule.holds({ metadata, spec: parsed.data }));
  if (broken.length > 0) throw invalid(broken.map((rule) => rule.message).join('; '));
  return parsed.data;
}

/** A field of the spec as the API server writes it: `spec.peers[0].url`. */
function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (whole, part) => (typeof part === 'number' ? `${whole}[${part}]` : `${whole}.${String(part)}`),
    'spec',
  );
}
