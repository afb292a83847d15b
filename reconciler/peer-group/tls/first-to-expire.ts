import type { CaState } from './ca-state.ts';
import type { Validity } from './certificate-authority.ts';
import { tryReadCertificate, validityOf } from './read-certificate.ts';
import type { TlsContent } from './secrets.ts';

/** Validity of the CA and of the leaf certificate that expire first; undefined if there is none. */
export interface FirstToExpire {
  readonly ca?: Validity | undefined;
  readonly leaf?: Validity | undefined;
}

/** Of one namespace. */
export function firstToExpire({ current }: CaState, { leaves }: TlsContent): FirstToExpire {
  return {
    ca: earliest([current.certificate].flatMap(validity)),
    leaf: earliest([...leaves.values()].flatMap(({ certificate }) => validity(certificate))),
  };
}

/** Of several namespaces. */
export function firstOfAll(all: readonly FirstToExpire[]): FirstToExpire {
  return {
    ca: earliest(all.flatMap(({ ca }) => ca ?? [])),
    leaf: earliest(all.flatMap(({ leaf }) => leaf ?? [])),
  };
}

function validity(pem: string): Validity[] {
  const certificate = tryReadCertificate(pem);
  return certificate === undefined ? [] : [validityOf(certificate)];
}

function earliest(validities: readonly Validity[]): Validity | undefined {
  return validities.toSorted((a, b) => a.to - b.to)[0];
}
