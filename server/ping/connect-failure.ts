import { MAX_REASON } from '../protocol/limits.ts';
import type { Attempt } from './connect-race.ts';
import { reasonOf } from './describe-error.ts';
import { localReason } from './local-errors.ts';

/** The most addresses that a reason names. */
const MAX_NAMED = 3;

export interface UnconnectedPing {
  readonly attempts: readonly Attempt[];
  /** Addresses for which there was no time. */
  readonly untried: number;
  /** The target is a name: then the reason says which address. */
  readonly named: boolean;
  readonly expect: 'Reachable' | 'Unreachable';
  readonly timeoutMs: number;
}

/**
 * Why no connection was made. It is the prober's own trouble when every attempt ended in an error of this machine; where the link
 * must not work, when any did, because nothing is proved about that address.
 */
export function describeUnconnected(ping: UnconnectedPing): {
  phase: 'tcp' | 'prober';
  code: string;
  reason: string;
} {
  const { attempts, untried, named, expect, timeoutMs } = ping;
  const local = attempts.filter(({ error }) => localReason(error?.code) !== undefined);
  const isLocal = local.length === attempts.length || (expect === 'Unreachable' && local.length > 0);
  const telling = isLocal ? local : attempts.filter((attempt) => !local.includes(attempt));
  const reasons = attempts.map(({ address, error }) => {
    const reason = error ? (localReason(error.code) ?? reasonOf(error)) : `no answer within ${timeoutMs} ms`;
    return named ? `${address}: ${reason}` : reason;
  });
  const unnamed = Math.max(0, reasons.length - MAX_NAMED) + untried;
  const more = unnamed > 0 ? [`and ${unnamed} more addresses`] : [];
  return {
    phase: isLocal ? 'prober' : 'tcp',
    code: telling[0]?.error === undefined ? 'TIMEOUT' : (telling[0].error.code ?? 'ERROR'),
    reason: [...reasons.slice(0, MAX_NAMED), ...more].join('; ').slice(0, MAX_REASON),
  };
}
