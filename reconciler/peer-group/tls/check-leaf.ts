import type { KeyPair } from './certificate-authority.ts';
import { renewalTime } from './lifetimes.ts';
import { isPair, isSignedBy, namesOf, tryReadCertificate, validityOf } from './read-certificate.ts';

export type LeafResult =
  /** Good until that time, milliseconds since the epoch. */
  { readonly keep: true; readonly until: number } | { readonly keep: false };

/**
 * Whether a leaf certificate can be kept: it matches its key, was signed by this CA, has these names, and is
 * within the first two thirds of its lifetime.
 *
 * @param now milliseconds since the epoch
 */
export function checkLeaf(
  leaf: Partial<KeyPair> | undefined,
  ca: Pick<KeyPair, 'certificate'>,
  names: readonly string[],
  now: number,
): LeafResult {
  const certificate = tryReadCertificate(leaf?.certificate);
  if (certificate === undefined || !isPair(leaf)) return { keep: false };
  const validity = validityOf(certificate);
  const until = renewalTime(validity);
  const sameNames = namesOf(certificate).join() === names.join();
  const good = sameNames && validity.from <= now && now < until && isSignedBy(certificate, ca.certificate);
  return good ? { keep: true, until } : { keep: false };
}
