import 'reflect-metadata';
import { createPrivateKey, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** The subject and uses of a certificate of the cluster. */
export interface CertificateSpec {
  /** File name without ending: `NAME.crt` and `NAME.key`. */
  readonly name: string;
  /** RFC 4514 names such as `CN=admin, O=system:masters`. */
  readonly subject: string;
  readonly usage: readonly ('serverAuth' | 'clientAuth')[];
  /** Subject alternative names: IP addresses and DNS names. @default none */
  readonly names?: readonly string[];
  /** @default the cluster's own CA */
  readonly ca?: 'ca' | 'front';
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const YEARS = 10;

/** The certificates that every control plane needs, whatever its nodes (Kubernetes: PKI certificates and requirements). */
export function controlPlaneCertificates(apiServerNames: readonly string[]): readonly CertificateSpec[] {
  const client = (name: string, subject: string): CertificateSpec => ({ name, subject, usage: ['clientAuth'] });
  return [
    { name: 'apiserver', subject: 'CN=kube-apiserver', usage: ['serverAuth'], names: apiServerNames },
    { ...client('front-client', 'CN=front-proxy-client'), ca: 'front' },
    client('kubelet-client', 'CN=kube-apiserver-kubelet-client, O=system:masters'),
    client('admin', 'CN=admin, O=system:masters'),
    client('controller-manager', 'CN=system:kube-controller-manager'),
    client('scheduler', 'CN=system:kube-scheduler'),
    client('proxy', 'CN=system:kube-proxy'),
    client('kwok', 'CN=kwok, O=system:masters'),
  ];
}

/**
 * Makes what isn't there yet: the cluster's CA (`ca`), the aggregation layer's (`front`), the service accounts' signing
 * key (`sa.key`, `sa.pub`) and the given certificates. ECDSA P-256, ten years.
 */
export async function ensurePki(dir: string, certificates: readonly CertificateSpec[]): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await ensureServiceAccountKey(dir);
  await Promise.all([ensureCa(dir, 'ca', 'CN=kubernetes-ca'), ensureCa(dir, 'front', 'CN=front-proxy-ca')]);
  await Promise.all(certificates.map((certificate) => ensureCertificate(dir, certificate)));
}

async function ensureServiceAccountKey(dir: string): Promise<void> {
  if (existsSync(join(dir, 'sa.key'))) return;
  const keys = await generateKeys();
  await writeFile(join(dir, 'sa.pub'), KeyObject.from(keys.publicKey).export({ type: 'spki', format: 'pem' }));
  await writePrivateKey(join(dir, 'sa.key'), keys.privateKey);
}

async function ensureCa(dir: string, name: string, subject: string): Promise<void> {
  if (existsSync(join(dir, `${name}.crt`))) return;
  const keys = await generateKeys();
  const { keyCertSign, cRLSign, digitalSignature } = KeyUsageFlags;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: subject,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(keyCertSign | cRLSign | digitalSignature, true),
    ],
  });
  await save(dir, name, keys.privateKey, certificate);
}

async function ensureCertificate(dir: string, spec: CertificateSpec): Promise<void> {
  if (existsSync(join(dir, `${spec.name}.crt`))) return;
  const ca = await readCa(dir, spec.ca ?? 'ca');
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.create({
    ...validity(),
    subject: spec.subject,
    issuer: ca.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: ca.key,
    extensions: [...leafExtensions(spec), await AuthorityKeyIdentifierExtension.create(ca.certificate)],
  });
  await save(dir, spec.name, keys.privateKey, certificate);
}

function leafExtensions({ usage, names = [] }: CertificateSpec): Extension[] {
  const { digitalSignature, keyEncipherment } = KeyUsageFlags;
  const alternatives = names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }));
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(digitalSignature | keyEncipherment, true),
    new ExtendedKeyUsageExtension(usage.map((name) => ExtendedKeyUsage[name])),
    ...(alternatives.length > 0 ? [new SubjectAlternativeNameExtension(alternatives)] : []),
  ];
}

/** Begins an hour ago, for clocks that are late. */
function validity() {
  const notBefore = new Date(Date.now() - 3_600_000);
  const notAfter = new Date(notBefore);
  notAfter.setFullYear(notAfter.getFullYear() + YEARS);
  return { serialNumber: randomBytes(8).toString('hex'), notBefore, notAfter, signingAlgorithm: ALGORITHM };
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function readCa(dir: string, name: string) {
  const [certificate, key] = await Promise.all([
    readFile(join(dir, `${name}.crt`), 'utf8'),
    readFile(join(dir, `${name}.key`), 'utf8'),
  ]);
  return {
    certificate: new X509Certificate(certificate),
    key: createPrivateKey(key).toCryptoKey(ALGORITHM, false, ['sign']),
  };
}

/** The certificate comes last, by a rename: where it is, its key is too. */
async function save(dir: string, name: string, key: webcrypto.CryptoKey, certificate: X509Certificate): Promise<void> {
  await writePrivateKey(join(dir, `${name}.key`), key);
  const unfinished = join(dir, `${name}.crt.new`);
  await writeFile(unfinished, `${certificate.toString('pem')}\n`);
  await rename(unfinished, join(dir, `${name}.crt`));
}

async function writePrivateKey(file: string, key: webcrypto.CryptoKey): Promise<void> {
  await writeFile(file, KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
}
