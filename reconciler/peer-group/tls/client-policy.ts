import { Agent } from 'node:https';
import { contentHash } from '../../../constructs/content-hash.ts';
import type { KeyPair } from './certificate-authority.ts';

/** How the operator reads the reports of a group with TLS. */
export interface ClientPolicy {
  /** CA certificates of which one must have signed what a pod shows, in PEM. */
  readonly caBundle: string;
  /** The name that it must be valid for. */
  readonly serverName: string;
  /** What the operator shows of itself. */
  readonly identity: KeyPair;
}

/** Policies of the same key make the same connections. */
export function policyKey({ caBundle, serverName, identity }: ClientPolicy): string {
  return contentHash([serverName, caBundle, identity.certificate].join('\n'));
}

/** Connections under this policy; pods are called by address and verified by name. */
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
