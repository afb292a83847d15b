import { peerHosts, serverNameOf } from './addresses.ts';
import type { CompletePeerGroupSpec } from './crds/peer-group.ts';
import { type ExternalTarget, externalTargets } from './external-targets.ts';
import { ADMIN_PORT, PING_PORT, TLS_CA, TLS_CERTIFICATE, TLS_PRIVATE_KEY } from './names.ts';
import type { PeerConfigProps } from './peer-config-props.ts';
import type { NodePeer } from './render-inputs.ts';

/** Keys of the config file; what is undefined is left out. */
export type PeerConfigFile = Readonly<Record<string, object>> & { readonly peers: readonly PeerConfigEntry[] };

/** One of the group's own peers has a host, any other a URL. */
export interface PeerConfigEntry extends Omit<Partial<ExternalTarget>, 'pem'> {
  readonly host?: string;
  readonly port?: number;
  readonly zone?: string | undefined;
}

/** The text of {@link peerConfigFile}, in YAML. */
export function peerConfig(props: PeerConfigProps): string {
  return yaml(peerConfigFile(props));
}

/**
 * The config file that all peers of a group share. With placement Replicas the group's own peers are one line
 * however many they are; addresses are absolute (a trailing dot), so that a lookup costs one query instead of one per
 * search domain.
 */
export function peerConfigFile(props: PeerConfigProps): PeerConfigFile {
  const { spec } = props;
  return {
    service: { port: PING_PORT, ...serviceTls(spec) },
    admin: { port: ADMIN_PORT },
    ping: {
      interval: spec.interval,
      timeout: spec.timeout,
      connection: spec.connection === 'Reuse' ? undefined : spec.connection,
      lossThresholdPercent: spec.lossThresholdPercent,
      topology: spec.topology,
    },
    log: { replies: spec.log.replies, format: spec.log.format },
    peers: [...ownPeers(props), ...externalTargets(props).map(withoutPem)],
  };
}

function serviceTls({ tls }: CompletePeerGroupSpec): object {
  if (tls.mode === 'None') return {};
  return {
    protocol: 'https',
    tlsCertificate: TLS_CERTIFICATE,
    tlsPrivateKey: TLS_PRIVATE_KEY,
    ...(tls.mode === 'Mutual' && { clientCA: TLS_CA }),
  };
}

function ownPeers(props: PeerConfigProps): PeerConfigEntry[] {
  const { spec, inputs } = props;
  const verified = spec.tls.mode === 'None' ? {} : { serverName: serverNameOf(props), acceptCert: TLS_CA };
  if (spec.placement === 'PerNode')
    return inputs.nodePeers.map((member) => ({ ...nodePeer(member), port: PING_PORT, ...verified }));
  return spec.replicas > 1 ? [{ host: peerHosts(props, spec.replicas), port: PING_PORT, ...verified }] : [];
}

function nodePeer({ node, address, zone }: NodePeer): PeerConfigEntry {
  return { name: node, host: address, zone };
}

function withoutPem({ pem: _, ...entry }: ExternalTarget): PeerConfigEntry {
  return entry;
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
