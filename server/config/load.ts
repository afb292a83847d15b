import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { contentHash } from '../../constructs/content-hash.ts';
import { certificateFault } from './certificate-fault.ts';
import type { Config } from './config.ts';
import { ConfigError } from './errors.ts';
import type { TlsMaterial } from './material.ts';
import { parseConfig } from './parse.ts';

/** A config file of 20,000 peers without any range has about 2 MB. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;

export interface LoadedConfig {
  readonly config: Config;
  readonly material: TlsMaterial;
  /** Of the config file's bytes. */
  readonly hash: string;
  /** Of the bytes of every certificate and key that it names. */
  readonly materialHash: string;
  /** All files that were read: the config itself first. */
  readonly files: readonly string[];
}

/**
 * Reads a config file and the certificates and keys that it names; relative paths are relative to it.
 *
 * @param ownName what this server is called when the config has no `name`
 * @param known what was loaded before: a file of the same bytes isn't parsed again
 * @throws {ConfigError} when anything in it can't be used, certificates included
 */
export async function loadConfig(file: string, ownName: string, known?: LoadedConfig): Promise<LoadedConfig> {
  const bytes = await read(file, file, 'the config');
  const hash = contentHash(bytes);
  const config = known?.hash === hash ? known.config : parseConfig(bytes.toString('utf8'), file, ownName);
  const pems = new Map<string, Buffer>();
  const pem = async (path: string, field: string): Promise<Buffer> => {
    const content = pems.get(path) ?? (await read(resolve(dirname(file), path), file, field));
    pems.set(path, content);
    return content;
  };
  const material = await readMaterial(config, file, pem);
  const pemHashes = [...pems].map(([path, content]) => `${path} ${contentHash(content)}`);
  return {
    config,
    material,
    hash,
    materialHash: contentHash(pemHashes.join('\n')),
    files: [file, ...[...pems.keys()].map((path) => resolve(dirname(file), path))],
  };
}

type ReadPem = (path: string, field: string) => Promise<Buffer>;

async function readMaterial(config: Config, file: string, pem: ReadPem): Promise<TlsMaterial> {
  const pins = new Map<string, Buffer>();
  for (const { name, acceptCert } of config.peers) {
    if (acceptCert === undefined || pins.has(acceptCert)) continue;
    const field = `acceptCert of ${name}`;
    const content = await pem(acceptCert, field);
    refuseBadCertificate(content, file, field, acceptCert);
    pins.set(acceptCert, content);
  }
  const tls = config.service?.tls;
  if (!tls) return { pins };
  const certificate = await pem(tls.certificate, 'service.tlsCertificate');
  const privateKey = await pem(tls.privateKey, 'service.tlsPrivateKey');
  refuseBadCertificate(certificate, file, 'service.tlsCertificate', tls.certificate);
  try {
    createSecureContext({ cert: certificate, key: privateKey });
  } catch (error) {
    const reason = `is no private key of ${tls.certificate} (${(error as Error).message})`;
    throw new ConfigError('BAD_CERTIFICATE', `${file}: service.tlsPrivateKey: ${tls.privateKey} ${reason}`);
  }
  if (tls.clientCA === undefined) return { pins, service: { certificate, privateKey } };
  const clientCA = await pem(tls.clientCA, 'service.clientCA');
  refuseBadCertificate(clientCA, file, 'service.clientCA', tls.clientCA);
  return { pins, service: { certificate, privateKey, clientCA } };
}

async function read(path: string, configFile: string, field: string): Promise<Buffer> {
  const at = path === configFile ? '' : `${field}: `;
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) {
      throw new ConfigError('UNREADABLE', `${configFile}: ${at}${path} has more than ${MAX_FILE_BYTES} bytes`);
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const reason = `can't read ${path} (${(error as NodeJS.ErrnoException).code})`;
    throw new ConfigError('UNREADABLE', `${configFile}: ${at}${reason}`, { cause: error });
  }
}

function refuseBadCertificate(pem: Buffer, file: string, field: string, path: string): void {
  const fault = certificateFault(pem.toString('latin1'));
  if (fault !== undefined) {
    throw new ConfigError('BAD_CERTIFICATE', `${file}: ${field}: ${path} is no PEM certificate (${fault})`);
  }
}
