import { Agent } from 'node:https';
import { contentHash } from '../../../constructs/content-hash.ts';
import type { KeyPair } from './certificate-authority.ts';

/** How the operator reads the reports of a group with TLS. */
export interface ClientPolicy {
  /** CA certificates by which pods are verified, in PEM. */
  readonly caBundle: string;
  /** The name by which pods are verified. */
  readonly serverName: string;
  /** Client certificate of the operator. */
  readonly identity: KeyPair;
}

/** Identifies equal policies. */
export function policyKey({ caBundle, serverName, identity }: ClientPolicy): string {
  return contentHash([serverName, caBundle, identity.certificate].join('\n'));
}

/** Connections with this policy; pods are addressed by IP and verified by name. */
export function agentFor({ caBundle, serverName, identity }: ClientPolicy): Agent {
  return new Agent({
    keepAlive: true,
    ca: caBundle,
    cert: identity.certificate,
    key: identity.privateKey,
    servername: serverName,
    maxCachedSessions: 0,
  });
}
