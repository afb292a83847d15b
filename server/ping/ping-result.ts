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
