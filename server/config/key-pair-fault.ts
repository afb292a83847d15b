import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { certificateBlocks } from '../protocol/certificate-fault.ts';

/** What is wrong, as the rest of a sentence that begins with the file's name; of a pair, why the two don't belong together. */
export interface KeyPairFault {
  readonly of: 'certificate' | 'privateKey' | 'pair';
  readonly reason: string;
}

/** The least that clients and OpenSSL's security level 2 accept. Bits. */
const MIN_RSA_BITS = 2_048;

/**
 * What is wrong with a server's certificate and its key; undefined: nothing. OpenSSL alone would take an RSA certificate
 * with an EC key, and every client would fail.
 *
 * @param certificate PEM, each certificate in it valid, the server's own first
 */
export function keyPairFault(certificate: Buffer, privateKey: Buffer): KeyPairFault | undefined {
  const chain = certificateBlocks(certificate.toString('latin1')).map((block) => new X509Certificate(block));
  const leaf = chain[0]!;
  const pem = privateKey.toString('latin1');
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type:.*ENCRYPTED/m.test(pem)) {
    return { of: 'privateKey', reason: 'is encrypted; it must be stored without a passphrase' };
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(privateKey);
  } catch (error) {
    return { of: 'privateKey', reason: `is not a PEM private key (${(error as Error).message})` };
  }
  if (!leaf.checkPrivateKey(key)) {
    const place = chain.findIndex((each) => each.checkPrivateKey(key));
    if (place > 0) {
      const reason = `must start with the certificate of the private key, followed by its issuers (found at position ${place + 1})`;
      return { of: 'certificate', reason };
    }
    const [of, is] = [leaf.publicKey.asymmetricKeyType, key.asymmetricKeyType];
    return {
      of: 'pair',
      reason: of === is ? 'the public keys differ' : `the certificate is for ${of}, the key is ${is}`,
    };
  }
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < MIN_RSA_BITS) {
    return { of: 'certificate', reason: `has a weak key: RSA with ${bits} bits; it needs at least ${MIN_RSA_BITS}` };
  }
  if (leaf.subjectAltName === undefined) {
    return {
      of: 'certificate',
      reason: 'has no subjectAltName; clients verify names against it, not against the subject',
    };
  }
  try {
    createSecureContext({ cert: certificate, key: privateKey });
    return undefined;
  } catch (error) {
    return { of: 'certificate', reason: `cannot be used (${(error as Error).message})` };
  }
}
