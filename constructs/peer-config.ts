import type { CompletePeerGroupSpec } from './crds/peer-group.ts';
import { ADMIN_PORT, PING_PORT } from './names.ts';

export interface PeerConfigProps {
  /** The group's name and namespace. */
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
  return yaml({
    service: { port: PING_PORT },
    admin: { port: ADMIN_PORT },
    ping: { interval: spec.interval, timeout: spec.timeout, topology: { type: spec.topology.type } },
    log: { replies: spec.log.replies, format: spec.log.format },
    peers: [...own, ...(spec.peers ?? []).map((peer) => ({ name: peer.name, url: peer.url }))],
  });
}

/** A line for each key, and for each entry of a list. JSON's values are YAML too; a YAML library takes 20 times as long. */
function yaml(file: Readonly<Record<string, object>>): string {
  const lines = Object.entries(file).flatMap(([key, value]) =>
    Array.isArray(value) && value.length > 0
      ? [`${key}:`, ...value.map((entry) => `  - ${JSON.stringify(entry)}`)]
      : [`${key}: ${JSON.stringify(value)}`],
  );
  return `${lines.join('\n')}\n`;
}
