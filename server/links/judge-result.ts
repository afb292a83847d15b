import type { Failure, PingResult } from '../ping/ping-result.ts';
import { MAX_REASON } from '../protocol/limits.ts';
import type { Outcome } from './link-state.ts';

/**
 * What a result means for its link. A link that must not work is proved not to work only when every address was tried and no
 * connection was made; a name that didn't resolve, and a prober that could not ask, prove nothing.
 */
export function judge(result: PingResult, expect: 'Reachable' | 'Unreachable'): Outcome {
  if (result.kind === 'failure' && result.phase === 'prober') return 'unknown';
  if (expect === 'Reachable') {
    if (result.kind === 'failure') return 'failed';
    return result.kind === 'reply' ? 'ok' : 'draining';
  }
  if (result.kind !== 'failure') return 'failed';
  if (result.phase === 'dns') return 'unresolved';
  return result.phase === 'tcp' ? 'ok' : 'failed';
}

/** What is wrong with a link by this result; undefined when it is as it should be. */
export function faultOf(result: PingResult, expect: 'Reachable' | 'Unreachable'): Failure | undefined {
  if (expect === 'Reachable') return result.kind === 'failure' ? result : undefined;
  if (result.kind !== 'failure') {
    const { ms, phases, address } = result;
    const reason = `expected to be unreachable, but responded${address === undefined ? '' : ` at ${address}`}`;
    return { kind: 'failure', phase: 'response', code: 'ANSWERED', reason, ms, phases };
  }
  switch (judge(result, expect)) {
    case 'ok':
      return undefined;
    case 'failed': {
      const made = `a connection was established${result.address === undefined ? '' : ` to ${result.address}`}`;
      return { ...result, reason: `expected to be unreachable, but ${made}: ${result.reason}`.slice(0, MAX_REASON) };
    }
    default:
      return result;
  }
}
