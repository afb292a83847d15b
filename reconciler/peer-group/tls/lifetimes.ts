import type { Validity } from './certificate-authority.ts';

/** How long certificates are valid, in milliseconds. */
export interface Lifetimes {
  readonly leafMs: number;
  readonly caMs: number;
}

/** Clocks differ: a certificate is valid from a little before it is made. Milliseconds. */
const SKEW_MS = 5 * 60_000;

export function validityFrom(now: number, lifetimeMs: number): Validity {
  return { from: now - Math.min(SKEW_MS, lifetimeMs / 10), to: now + lifetimeMs };
}

/** When a certificate should be replaced: after two thirds of its life, so that a third is left for what may go wrong. */
export function renewalTime({ from, to }: Validity): number {
  return from + ((to - from) * 2) / 3;
}
