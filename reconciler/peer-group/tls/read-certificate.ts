import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyPair, Validity } from './certificate-authority.ts';

/** @returns undefined if the text is not a certificate */
export function tryReadCertificate(pem: string | undefined): X509Certificate | undefined {
  try {
    return pem === undefined ? undefined : new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

export function validityOf(certificate: X509Certificate): Validity {
  return { from: certificate.validFromDate.getTime(), to: certificate.validToDate.getTime() };
}

/** DNS names of the certificate, in its order. */
export function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
  return subjectAltName.split(', ').flatMap((entry) => (entry.startsWith('DNS:') ? [entry.slice(4)] : []));
}

/** Whether certificate and key exist, parse and match. */
export function isPair(pair: Partial<KeyPair> | undefined): pair is KeyPair {
  const certificate = tryReadCertificate(pair?.certificate);
  if (certificate === undefined || pair?.privateKey === undefined) return false;
  try {
    return certificate.checkPrivateKey(createPrivateKey(pair.privateKey));
  } catch {
    return false;
  }
}

/** Whether the certificate was signed with the key of this CA. */
export function isSignedBy(certificate: X509Certificate, ca: string): boolean {
  const issuer = tryReadCertificate(ca);
  return issuer !== undefined && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
