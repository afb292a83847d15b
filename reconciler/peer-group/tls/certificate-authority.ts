// Required by tsyringe, a dependency of @peculiar/x509, before its import.
import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A certificate and its private key (PKCS #8), both in PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Validity period of a certificate, milliseconds since the epoch. */
export interface Validity {
  readonly from: number;
  readonly to: number;
}

export interface LeafRequest {
  readonly commonName: string;
  /** DNS names, as subject alternative names in this order. */
  readonly names: readonly string[];
  readonly validity: Validity;
}

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** RFC 5280 allows 20 bytes; 16 random ones don't collide. */
const SERIAL_BYTES = 16;

/** Creates a CA: a self-signed certificate that may sign leaf certificates only (RFC 5280, ECDSA P-256). */
export async function createCa(commonName: string, validity: Validity): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...common(commonName, validity),
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate), privateKey: await exportKey(keys.privateKey) };
}

/** Creates a certificate for servers and clients, signed by the CA; it expires no later than the CA. */
export async function createLeaf(ca: KeyPair, { commonName, names, validity }: LeafRequest): Promise<KeyPair> {
  const issuer = new x509.X509Certificate(ca.certificate);
  const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const to = Math.min(validity.to, issuer.notAfter.getTime());
  const certificate = await x509.X509CertificateGenerator.create({
    ...common(commonName, { ...validity, to }),
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await importKey(ca.privateKey),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value }))),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate), privateKey: await exportKey(keys.privateKey) };
}

function common(commonName: string, { from, to }: Validity) {
  const name = `CN=${commonName}`;
  return {
    subject: name,
    name,
    serialNumber: Buffer.from(crypto.getRandomValues(new Uint8Array(SERIAL_BYTES))).toString('hex'),
    notBefore: new Date(from),
    notAfter: new Date(to),
    signingAlgorithm: SIGNATURE,
  };
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`;
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await crypto.subtle.exportKey('pkcs8', key);
  return `${x509.PemConverter.encode(der, 'PRIVATE KEY').trim()}\n`;
}

async function importKey(privateKey: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509.PemConverter.decode(privateKey);
  return crypto.subtle.importKey('pkcs8', der!, KEY_ALGORITHM, false, ['sign']);
}
