import type { Outcome } from './link-state.ts';

/**
 * The steps of a ping, in order. `tcp`: no connection was made. `response`: the answer came and isn't a pong. `prober`: none of
 * them; this process or its machine could not ask.
 */
export type Phase = 'dns' | 'tcp' | 'tls' | 'firstByte' | 'response' | 'prober';

/**
 * How long each step took, milliseconds: differences between the socket's own events. A step that didn't happen (a
 * reused connection, an address, plain http) is missing.
 */
export interface PhaseTimes {
  readonly dns?: number;
  readonly tcp?: number;
  readonly tls?: number;
  readonly firstByte?: number;
}

interface Answer {
  readonly responder?: string;
  readonly status: number;
  readonly body: string;
}

interface Timed {
  /** From start to the last byte, or to the failure. */
  readonly ms: number;
  readonly phases: PhaseTimes;
  /** Which of a name's addresses a new connection was made to. */
  readonly address?: string;
}

export interface Reply extends Timed, Answer {
  readonly kind: 'reply';
}

/** The peer answered that it is going away. */
export interface Draining extends Timed, Partial<Answer> {
  readonly kind: 'draining';
}

export interface Failure extends Timed, Partial<Answer> {
  readonly kind: 'failure';
  readonly phase: Phase;
  /** As Node.js, OpenSSL or c-ares call it: ECONNREFUSED, CERT_HAS_EXPIRED, ENOTFOUND; ours: TIMEOUT, BAD_STATUS, BAD_BODY. */
  readonly code: string;
  /** The reason in words. */
  readonly reason: string;
}

export type PingResult = Reply | Draining | Failure;

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

/** Characters of a reason that reports can carry; a target has a say in what it is. */
export const MAX_REASON = 300;

/** What is wrong with a link by this result; undefined when it is as it should be. */
export function faultOf(result: PingResult, expect: 'Reachable' | 'Unreachable'): Failure | undefined {
  if (expect === 'Reachable') return result.kind === 'failure' ? result : undefined;
  if (result.kind !== 'failure') {
    const { ms, phases, address } = result;
    const reason = `it must be unreachable, but answered${address === undefined ? '' : ` at ${address}`}`;
    return { kind: 'failure', phase: 'response', code: 'ANSWERED', reason, ms, phases };
  }
  switch (judge(result, expect)) {
    case 'ok':
      return undefined;
    case 'failed': {
      const made = `a connection was made${result.address === undefined ? '' : ` to ${result.address}`}`;
      return { ...result, reason: `it must be unreachable, but ${made}: ${result.reason}`.slice(0, MAX_REASON) };
    }
    default:
      return result;
  }
}
