import { certificateFault } from '../protocol/certificate-fault.ts';
import type { Config } from '../protocol/config.ts';
import { ConfigError } from '../protocol/errors.ts';
import { keyPairFault } from './key-pair-fault.ts';

/** This server's own certificate and key, and the CA that its clients' certificates must come from. PEM. */
export interface ServiceMaterial {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
  readonly clientCA?: Buffer;
}

/** What the PEM files that a config names hold. */
export interface TlsMaterial {
  /** With https only. */
  readonly service?: ServiceMaterial;
  /** Accepted certificates by the path that the config gives. */
  readonly pins: ReadonlyMap<string, Buffer>;
}

/**
 * Puts together what a config's PEM files hold.
 *
 * @param file the config's name, for messages
 * @param pem content of a PEM file; throws a ConfigError that names the field when there is none
 * @throws {ConfigError} when a certificate or key in it can't be used
 */
export function checkMaterial(config: Config, file: string, pem: (path: string, field: string) => Buffer): TlsMaterial {
  const reject = (field: string, reason: string): never => {
    throw new ConfigError('ERR_CONFIG_CERTIFICATE', `${file}: ${field}: ${reason}`);
  };
  const certificates = (path: string, field: string): Buffer => {
    const content = pem(path, field);
    const fault = certificateFault(content.toString('latin1'));
    return fault === undefined ? content : reject(field, `${path} is not a PEM certificate (${fault})`);
  };
  const pins = new Map<string, Buffer>();
  for (const { name, acceptCert } of config.peers) {
    if (acceptCert === undefined || pins.has(acceptCert)) continue;
    pins.set(acceptCert, certificates(acceptCert, `acceptCert of ${name}`));
  }
  const tls = config.service?.tls;
  if (!tls) return { pins };
  const certificate = certificates(tls.certificate, 'service.tlsCertificate');
  const privateKey = pem(tls.privateKey, 'service.tlsPrivateKey');
  const fault = keyPairFault(certificate, privateKey);
  if (fault?.of === 'certificate') reject('service.tlsCertificate', `${tls.certificate} ${fault.reason}`);
  if (fault?.of === 'privateKey') reject('service.tlsPrivateKey', `${tls.privateKey} ${fault.reason}`);
  if (fault?.of === 'pair') {
    reject('service.tlsPrivateKey', `${tls.privateKey} is not the private key of ${tls.certificate} (${fault.reason})`);
  }
  if (tls.clientCA === undefined) return { pins, service: { certificate, privateKey } };
  return { pins, service: { certificate, privateKey, clientCA: certificates(tls.clientCA, 'service.clientCA') } };
}
