import { MAX_REASON } from '../protocol/limits.ts';
import { describeLookup, reasonOf } from './describe-error.ts';
import type { Attempt } from './happy-eyeballs.ts';
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
  /** Why not all addresses of the name are known; undefined: they are. */
  readonly incomplete?: NodeJS.ErrnoException | undefined;
}

/**
 * Why no connection was made. It is the prober's own trouble when every attempt ended in an error of this machine; where the link
 * must not work, when any did, because nothing is proved about that address. Where it must not work and not all addresses are known,
 * it is the name's.
 */
export function describeUnconnected(ping: UnconnectedPing): {
  phase: 'dns' | 'tcp' | 'prober';
  code: string;
  reason: string;
} {
  const { attempts, untried, named, expect, timeoutMs, incomplete } = ping;
  const local = attempts.filter(({ error }) => localReason(error?.code) !== undefined);
  const isLocal = local.length === attempts.length || (expect === 'Unreachable' && local.length > 0);
  const telling = isLocal ? local : attempts.filter((attempt) => !local.includes(attempt));
  const reasons = attempts.map(({ address, error }) => {
    const reason = error ? (localReason(error.code) ?? reasonOf(error)) : `no response within ${timeoutMs} ms`;
    return named ? `${address}: ${reason}` : reason;
  });
  const unnamed = Math.max(0, reasons.length - MAX_NAMED) + untried;
  const more = unnamed > 0 ? [`and ${unnamed} more addresses`] : [];
  const reason = [...reasons.slice(0, MAX_NAMED), ...more].join('; ').slice(0, MAX_REASON);
  if (expect === 'Unreachable' && incomplete) {
    const { code, reason: because } = describeLookup(incomplete);
    const text = `the name may have more addresses (${because}): ${reason}`;
    return { phase: 'dns', code, reason: text.slice(0, MAX_REASON) };
  }
  const code = telling[0]?.error === undefined ? 'TIMEOUT' : (telling[0].error.code ?? 'ERROR');
  return { phase: isLocal ? 'prober' : 'tcp', code, reason };
}
