import type { KeyPair } from './certificate-authority.ts';
import { renewalTime } from './lifetimes.ts';
import { tryReadCertificate, validityOf } from './read-certificate.ts';

/**
 * The CA of a namespace, in one of three states:
 *
 * - **Stable**: `current` signs and is the only trusted CA.
 * - **Introducing**: `next` is trusted, too; `current` signs.
 * - **Retiring**: the former `next` is `current` and signs; `previous` is still trusted.
 */
export interface CaState {
  readonly current: KeyPair;
  readonly next?: KeyPair;
  /** Only its certificate: it no longer signs. */
  readonly previous?: string;
}

export type CaStep =
  /** No change until that time. */
  | { readonly type: 'Stay'; readonly until: number }
  /** Create the first CA. */
  | { readonly type: 'Create' }
  /** Create the next CA (replacing one that was not published) and trust it. */
  | { readonly type: 'Introduce' }
  /** Replace the current CA, which is not valid yet: it was created while the clock was ahead. */
  | { readonly type: 'Replace' }
  /** Change to this state, without a new CA. */
  | { readonly type: 'Become'; readonly state: CaState };

export interface CaStepInput {
  /** Undefined: there is none, or an unusable one. */
  readonly state: CaState | undefined;
  /** Whether the current state is published: its CA bundle is the one that pods mount. */
  readonly published: boolean;
  /** Whether every pod uses the certificates and trusts the CAs that are published. */
  readonly allPodsUpdated: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A pod that doesn't answer delays a rotation at most this long, in milliseconds (or a tenth of the CA's lifetime). */
const PATIENCE_MS = 24 * 60 * 60_000;

/**
 * The next step in the rotation of a namespace's CA.
 *
 * *Guarantees*: at any time, all pods trust the CA of every certificate in use; the next step is taken
 * only when all pods have followed the last one, or after a day. All information is in the state, so the
 * operator may be killed between any two writes.
 */
export function nextCaStep({ state, published, allPodsUpdated, now }: CaStepInput): CaStep {
  if (state === undefined) return { type: 'Create' };
  const { current, next, previous } = state;
  if (isPremature(current.certificate, now)) return { type: 'Replace' };
  const followed = published && allPodsUpdated;
  if (next !== undefined) {
    // After a crash before publication: the day counts from publication, so the next CA is created again.
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

/** A certificate that doesn't parse counts as expired. */
function validity(pem: string) {
  const certificate = tryReadCertificate(pem);
  return certificate === undefined ? { from: 0, to: 0 } : validityOf(certificate);
}
