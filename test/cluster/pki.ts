import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.ts';
import { ClusterError } from './errors.ts';

/** The subject and uses of a certificate of the cluster. */
export interface CertificateSpec {
  /** File name without ending: `NAME.crt` and `NAME.key`. */
  readonly name: string;
  /** As openssl writes it: `/O=system:masters/CN=admin`. */
  readonly subject: string;
  readonly usage: 'serverAuth' | 'clientAuth' | 'serverAuth,clientAuth';
  /** Subject alternative names such as `IP:127.0.0.1` and `DNS:localhost`. @default none */
  readonly names?: readonly string[];
  /** @default the cluster's own CA */
  readonly ca?: 'ca' | 'front';
}

const DAYS = '3650';

/** The certificates that every control plane needs, whatever its nodes (Kubernetes: PKI certificates and requirements). */
export function controlPlaneCertificates(apiServerNames: readonly string[]): readonly CertificateSpec[] {
  const client = (name: string, subject: string): CertificateSpec => ({ name, subject, usage: 'clientAuth' });
  return [
    { name: 'apiserver', subject: '/CN=kube-apiserver', usage: 'serverAuth', names: apiServerNames },
    { ...client('front-client', '/CN=front-proxy-client'), ca: 'front' },
    client('kubelet-client', '/O=system:masters/CN=kube-apiserver-kubelet-client'),
    client('admin', '/O=system:masters/CN=admin'),
    client('controller-manager', '/CN=system:kube-controller-manager'),
    client('scheduler', '/CN=system:kube-scheduler'),
    client('proxy', '/CN=system:kube-proxy'),
    client('kwok', '/O=system:masters/CN=kwok'),
  ];
}

/**
 * Makes what isn't there yet: the cluster's CA (`ca`), the aggregation layer's (`front`), the service accounts' signing
 * key (`sa.key`, `sa.pub`) and the given certificates. ECDSA P-256, ten years. Keys come from node:crypto; signing
 * X.509 is what openssl is for.
 */
export async function ensurePki(dir: string, certificates: readonly CertificateSpec[]): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await ensureServiceAccountKey(dir);
  await Promise.all([ensureCa(dir, 'ca', 'kubernetes-ca'), ensureCa(dir, 'front', 'front-proxy-ca')]);
  await Promise.all(certificates.map((certificate) => ensureCertificate(dir, certificate)));
}

async function ensureServiceAccountKey(dir: string): Promise<void> {
  if (existsSync(join(dir, 'sa.key'))) return;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(join(dir, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  await writePrivateKey(join(dir, 'sa.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

async function ensureCa(dir: string, name: string, commonName: string): Promise<void> {
  await issue(dir, name, [
    ...['-subj', `/CN=${commonName}`],
    ...['-addext', 'basicConstraints=critical,CA:TRUE'],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign,digitalSignature'],
  ]);
}

async function ensureCertificate(dir: string, spec: CertificateSpec): Promise<void> {
  const ca = join(dir, spec.ca ?? 'ca');
  const names = spec.names?.length ? ['-addext', `subjectAltName=${spec.names.join(',')}`] : [];
  await issue(dir, spec.name, [
    ...['-subj', spec.subject, '-CA', `${ca}.crt`, '-CAkey', `${ca}.key`],
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-addext', 'keyUsage=critical,digitalSignature,keyEncipherment'],
    ...['-addext', `extendedKeyUsage=${spec.usage}`],
    ...names,
  ]);
}

async function issue(dir: string, name: string, args: readonly string[]): Promise<void> {
  const certificate = join(dir, `${name}.crt`);
  if (existsSync(certificate)) return;
  const key = join(dir, `${name}.key`);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writePrivateKey(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const unfinished = `${certificate}.new`;
  await run('openssl', ['req', '-x509', '-new', '-key', key, '-days', DAYS, '-out', unfinished, ...args], {
    env: { OPENSSL_CONF: '/dev/null' }, // the distribution's defaults would add extensions of their own
  }).catch((cause: Error) => {
    const remedy = 'openssl 3 or later must be on PATH (package openssl)';
    throw new ClusterError('ERR_TOOL_MISSING', `Certificate ${name} could not be made, ${remedy}: ${cause.message}`, {
      cause,
    });
  });
  await rename(unfinished, certificate);
}

async function writePrivateKey(file: string, pem: string | Buffer): Promise<void> {
  await writeFile(file, pem, { mode: 0o600 });
}
