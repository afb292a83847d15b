import type { Validity } from './certificate-authority.ts';

/** How long certificates are valid, in milliseconds. */
export interface Lifetimes {
  readonly leafMs: number;
  readonly caMs: number;
}

/** Allowance for clock skew: certificates are valid from this long before their creation. Milliseconds. */
const SKEW_MS = 5 * 60_000;

export function validityFrom(now: number, lifetimeMs: number): Validity {
  return { from: now - Math.min(SKEW_MS, lifetimeMs / 10), to: now + lifetimeMs };
}

/** When to replace a certificate: after two thirds of its lifetime, which leaves a third for retries. */
export function renewalTime({ from, to }: Validity): number {
  return from + ((to - from) * 2) / 3;
}
