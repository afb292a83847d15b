import { stringify } from 'yaml';
import type { CompletePeerGroupSpec } from './crds/peer-group.ts';
import { ADMIN_PORT, PING_PORT } from './names.ts';

export interface PeerConfigProps {
  readonly name: string;
  readonly namespace: string;
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
  readonly spec: CompletePeerGroupSpec;
}

/**
 * The config file that all peers of a group share, as YAML. The group's own peers are one line however many they are;
 * addresses are absolute (a trailing dot), so that a lookup costs one query instead of one per search domain.
 */
export function peerConfig({ name, namespace, clusterDomain, spec }: PeerConfigProps): string {
  const own =
    spec.replicas > 1
      ? [{ host: `${name}-[0-${spec.replicas - 1}].${name}.${namespace}.svc.${clusterDomain}.`, port: PING_PORT }]
      : [];
  const config = {
    service: { port: PING_PORT },
    admin: { port: ADMIN_PORT },
    ping: {
      interval: spec.interval,
      ...(spec.timeout !== undefined && { timeout: spec.timeout }),
      topology: { type: spec.topology.type },
    },
    log: { replies: spec.log.replies, format: spec.log.format },
    peers: [...own, ...(spec.peers ?? []).map((peer) => ({ name: peer.name, url: peer.url }))],
  };
  return stringify(config, { lineWidth: 0 });
}
