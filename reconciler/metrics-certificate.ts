import { readFile } from 'node:fs/promises';
import { OPERATOR_NAME, OPERATOR_NAMESPACE } from '../constructs/names.ts';
import { createCa, createLeaf, type KeyPair } from './peer-group/tls/certificate-authority.ts';
import { renewalTime, validityFrom } from './peer-group/tls/lifetimes.ts';
import type { ServerCertificate } from './runtime/metrics-server.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
const SERVICE = `${OPERATOR_NAME}-metrics.${OPERATOR_NAMESPACE}`;

/** From these files, which somebody else renews. */
export function certificateFromFiles(certificate: string, privateKey: string): () => Promise<ServerCertificate> {
  return async () => {
    const [cert, key] = await Promise.all([readFile(certificate, 'utf8'), readFile(privateKey, 'utf8')]);
    return { certificate: cert, privateKey: key };
  };
}

/**
 * One that nobody knows beforehand, for those who want encryption and trust the cluster's network to lead to the operator. It
 * is made anew after two thirds of a year.
 *
 * @param now wall clock, in milliseconds
 */
export function certificateOfItsOwn(now: () => number): () => Promise<ServerCertificate> {
  let made: { readonly pair: KeyPair; readonly until: number } | undefined;
  return async () => {
    if (made === undefined || now() >= made.until) {
      const validity = validityFrom(now(), YEAR_MS);
      const authority = await createCa(`${OPERATOR_NAME} metrics`, validity);
      const names = [`${SERVICE}.svc`, SERVICE, 'localhost'];
      const leaf = await createLeaf(authority, { commonName: SERVICE, names, validity });
      const pair = { ...leaf, certificate: leaf.certificate + authority.certificate };
      made = { pair, until: renewalTime(validity) };
    }
    return made.pair;
  };
}
