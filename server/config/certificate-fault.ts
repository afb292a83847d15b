import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * What is wrong with certificates in PEM; undefined: nothing. Each must parse: OpenSSL would silently stop at the first that
 * doesn't.
 */
export function certificateFault(pem: string): string | undefined {
  const blocks = pem.match(BLOCK);
  if (blocks === null) return 'no "BEGIN CERTIFICATE" in it';
  try {
    for (const block of blocks) new X509Certificate(block);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
