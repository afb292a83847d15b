import type { KeyPair } from './certificate-authority.ts';
import { renewalTime } from './lifetimes.ts';
import { tryReadCertificate, validityOf } from './read-certificate.ts';

/**
 * The CA of a namespace, in one of three states:
 *
 * - **Stable**: `current` signs and is all that is trusted.
 * - **Introducing**: `next` is trusted already; `current` still signs.
 * - **Retiring**: what was next is `current` and signs; `previous` is still trusted.
 */
export interface CaState {
  readonly current: KeyPair;
  readonly next?: KeyPair;
  /** Its certificate only: it signs no more. */
  readonly previous?: string;
}

export type CaStep =
  /** Stay as it is; look again at that time at the latest. */
  | { readonly type: 'Stay'; readonly until: number }
  /** Make a CA where there is none. */
  | { readonly type: 'Create' }
  /** Make the next CA (in place of one that nobody has heard of) and have it trusted. */
  | { readonly type: 'Introduce' }
  /** Make a CA in place of the current one, which verifies nothing before its time: it was made while the clock was ahead. */
  | { readonly type: 'Replace' }
  /** Go on to this state, for which nothing has to be made. */
  | { readonly type: 'Become'; readonly state: CaState };

export interface CaStepInput {
  /** Undefined: there is none, or none that is of use. */
  readonly state: CaState | undefined;
  /** Whether pods can have learnt of the present state: what it trusts is what they are given. */
  readonly published: boolean;
  /** Whether every pod uses the certificates and trusts the CAs that are published. */
  readonly allPodsUpdated: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A pod that doesn't answer holds a rotation up for no longer, in milliseconds (or a tenth of the CA's life). */
const PATIENCE_MS = 24 * 60 * 60_000;

/**
 * What to do with a namespace's CA now.
 *
 * *Guarantees*: at any time, whatever a pod trusts includes the CA that signed what any other pod shows; a step is taken
 * only once every pod has followed the former, or has had a day for it. The state is all that there is to remember, so the
 * operator may be killed between any two writes.
 */
export function nextCaStep({ state, published, allPodsUpdated, now }: CaStepInput): CaStep {
  if (state === undefined) return { type: 'Create' };
  const { current, next, previous } = state;
  if (isPremature(current.certificate, now)) return { type: 'Replace' };
  const followed = published && allPodsUpdated;
  if (next !== undefined) {
    // Killed before it was published: a pod's day begins when it can hear of the CA, so it has to be a young one.
    if (!published || isPremature(next.certificate, now)) return { type: 'Introduce' };
    const deadline = begun(next) + patience(next);
    if (!followed && now < deadline) return { type: 'Stay', until: deadline };
    return { type: 'Become', state: { current: next, previous: current.certificate } };
  }
  if (previous !== undefined) {
    const deadline = expiry(previous);
    if (!followed && now < deadline) return { type: 'Stay', until: deadline };
    return { type: 'Become', state: { current } };
  }
  const due = renewalTime(validity(current.certificate));
  return now < due ? { type: 'Stay', until: due } : { type: 'Introduce' };
}

/** All CA certificates that are trusted now, in PEM. */
export function caBundle({ current, next, previous }: CaState): string {
  return [current.certificate, next?.certificate, previous].filter((pem) => pem !== undefined).join('');
}

function isPremature(certificate: string, now: number): boolean {
  return now < validity(certificate).from;
}

function begun({ certificate }: KeyPair): number {
  return validity(certificate).from;
}

function expiry(certificate: string): number {
  return validity(certificate).to;
}

function patience({ certificate }: KeyPair): number {
  const { from, to } = validity(certificate);
  return Math.min(PATIENCE_MS, (to - from) / 10);
}

/** A certificate that doesn't parse has always been due. */
function validity(pem: string) {
  const certificate = tryReadCertificate(pem);
  return certificate === undefined ? { from: 0, to: 0 } : validityOf(certificate);
}
