import type { Cache } from '../kube/cache.ts';
import { type ApiStatusError, hasGone, isRejection } from '../kube/errors.ts';
import { type KubeObject, keyOf } from '../kube/object.ts';
import type { ChildResult } from '../runtime/apply-children.ts';
import { NO_ROOM } from '../runtime/bounded-spec.ts';
import type { ProblemReason } from './reasons.ts';

/** Why a PeerGroup does not match its spec, for condition Degraded and an Event. */
export interface Problem {
  readonly reason: ProblemReason;
  /** Human-readable, without a trailing period. */
  readonly message: string;
}

/** Problems of these results, with the API server's message where it rejected a child. */
export function problemsOf(results: readonly ChildResult[]): Problem[] {
  return results.flatMap((result): Problem[] => {
    const { kind, metadata } = result.child;
    switch (result.type) {
      case 'NameConflict':
        return [
          {
            reason: 'NameConflict',
            message: `${kind} ${metadata.name} already exists and is not controlled by this PeerGroup: delete or rename it, or rename this PeerGroup`,
          },
        ];
      case 'Rejected':
        return [rejection(kind, metadata.name, result.error)];
      default:
        return [];
    }
  });
}

/** Children of which the cache keeps a part only. */
export function partialProblems(
  results: readonly ChildResult[],
  kinds: ReadonlyMap<string, { readonly cache: Pick<Cache<KubeObject>, 'isPartial'> }>,
): Problem[] {
  const partial = results.filter(({ child }) => kinds.get(child.kind)?.cache.isPartial(keyOf(child)));
  if (partial.length === 0) return [];
  const names = partial.map(({ child }) => `${child.kind} ${child.metadata.name}`);
  return [{ reason: 'NamespaceTooLarge', message: `${listed(names)}: ${NO_ROOM}` }];
}

/** Fields that another manager changes again whenever the operator restores them. */
export function contestProblems(results: readonly ChildResult[]): Problem[] {
  return results.flatMap((result) => {
    if (!('contest' in result) || result.contest === undefined) return [];
    const { fields, manager = 'another manager' } = result.contest;
    const { kind, metadata } = result.child;
    const message = `${kind} ${metadata.name}: ${manager} keeps changing ${listed(fields)}; the operator restores them at increasing intervals`;
    return [{ reason: 'FieldConflict', message }];
  });
}

const NAMED_FIELDS = 5;

/** The first of these fields, and how many more there are. */
export function listed(fields: readonly string[]): string {
  const more = fields.length - NAMED_FIELDS;
  const named = fields.slice(0, NAMED_FIELDS).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}

/** A write that the API server rejected, with its message. */
export function rejection(kind: string, name: string, { status, message }: ApiStatusError): Problem {
  return { reason: rejectionReason(status, message), message: `${kind} ${name}: ${message}` };
}

/**
 * The problem of a failed write of an existing object: undefined if the object has been deleted or
 * replaced.
 *
 * @throws the error itself, unless the API server rejected the write
 */
export function problemUnlessGone(kind: string, name: string, error: unknown): Problem | undefined {
  if (hasGone(error)) return undefined;
  if (isRejection(error)) return rejection(kind, name, error);
  throw error;
}

/** The API server has one reason (Forbidden) for several problems. */
function rejectionReason(status: number, message: string): ProblemReason {
  if (status === 403 && message.includes('exceeded quota')) return 'QuotaExceeded';
  if (status === 403 && message.includes(' cannot ')) return 'MissingPermission';
  if (status === 403 || message.includes('denied')) return 'PolicyDenied';
  return status === 422 ? 'Invalid' : 'Refused';
}
