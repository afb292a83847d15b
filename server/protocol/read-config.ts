import { parse as parseYaml } from 'yaml';
import { ADMIN_PORT, PING_PORT } from '../../constructs/names.ts';
import type { Config, Limits, LogConfig, PingConfig, ServiceConfig } from './config.ts';
import { type ConfigFile, configFileSchema } from './config-schema.ts';
import { defaultConnections } from './default-connections.ts';
import { describeIssue, formatPath } from './describe-issue.ts';
import { ConfigError } from './errors.ts';
import { DEFAULT_LOSS_THRESHOLD } from './limits.ts';
import type { Topology } from './peer-selection.ts';
import { type Reject, resolvePeers } from './resolve-peers.ts';

const DEFAULT_INTERVAL_MS = 60_000;
const DEFAULT_MAX_CONNECTION_AGE_MS = 300_000;
const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_LOG: LogConfig = { replies: 'All', format: 'text' };
const DEFAULT_LIMITS: Omit<Limits, 'connections'> = { headerBytes: 8_192, requestTimeoutMs: 5_000 };

/**
 * Reads a config from its text, YAML or JSON.
 *
 * @param file the file's name, for messages
 * @param ownName what this server is called when the config has no `name`
 * @throws {ConfigError} with the file, the field's path and the reason
 */
export function parseConfig(text: string, file: string, ownName: string): Config {
  return readConfig(parseText(text, file), file, ownName);
}

/** The same of what was parsed already. */
export function readConfig(input: unknown, file: string, ownName: string): Config {
  const result = configFileSchema.safeParse(input);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new ConfigError('ERR_CONFIG_INVALID', `${file}: ${describeIssue(issue, input)}`, { path: issue.path });
  }
  const reject: Reject = (path, reason) => {
    throw new ConfigError('ERR_CONFIG_INVALID', `${file}: ${formatPath(path)}: ${reason}`, { path });
  };
  return resolve(result.data, ownName, reject);
}

function parseText(text: string, file: string): unknown {
  try {
    // An empty text gives null, which is no config: a file that is being written must not remove every peer.
    return parseYaml(text, { logLevel: 'error' });
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0]!.replace(/:$/, '');
    throw new ConfigError('ERR_CONFIG_UNPARSABLE', `${file}: ${reason}`, { cause: error });
  }
}

function resolve(file: ConfigFile, ownName: string, reject: Reject): Config {
  const name = file.name ?? ownName;
  const service = file.service || !file.ponger ? resolveService(file.service, reject) : undefined;
  const everybody = resolvePeers(file, reject);
  const zone = everybody.find((peer) => peer.kind === 'member' && peer.name === name)?.zone;
  return Object.freeze({
    name,
    ...(service && { service }),
    admin: { ...(file.admin ?? { host: '0.0.0.0', port: ADMIN_PORT }), required: file.admin !== undefined },
    ping: resolvePing(file.ping, reject),
    log: file.log ?? DEFAULT_LOG,
    peers: everybody.filter((peer) => peer.kind === 'external' || peer.name !== name),
    ...(zone !== undefined && { zone }),
  });
}

function resolveService(file: ConfigFile['service'], reject: Reject): ServiceConfig {
  const { host, port, protocol, tlsCertificate, tlsPrivateKey, clientCA, limits } = file ?? {
    host: '0.0.0.0',
    port: PING_PORT,
    protocol: 'http' as const,
  };
  const bounds: Limits = {
    connections: limits?.connections ?? defaultConnections(protocol),
    headerBytes: limits?.headerBytes ?? DEFAULT_LIMITS.headerBytes,
    requestTimeoutMs: limits?.requestTimeout ?? DEFAULT_LIMITS.requestTimeoutMs,
  };
  if (protocol === 'http') {
    for (const [key, value] of Object.entries({ tlsCertificate, tlsPrivateKey, clientCA })) {
      if (value !== undefined) reject(['service', key], 'requires protocol: https');
    }
    return { host, port, protocol, limits: bounds };
  }
  const certificate = tlsCertificate ?? reject(['service', 'tlsCertificate'], 'is required with protocol: https');
  const privateKey = tlsPrivateKey ?? reject(['service', 'tlsPrivateKey'], 'is required with protocol: https');
  const tls = { certificate, privateKey, ...(clientCA !== undefined && { clientCA }) };
  return { host, port, protocol, tls, limits: bounds };
}

function resolvePing(file: ConfigFile['ping'], reject: Reject): PingConfig {
  const intervalMs = file?.interval ?? DEFAULT_INTERVAL_MS;
  const timeoutMs = file?.timeout ?? Math.min(DEFAULT_TIMEOUT_MS, intervalMs);
  if (timeoutMs > intervalMs) reject(['ping', 'timeout'], 'must be at most the interval');
  return {
    intervalMs,
    timeoutMs,
    connection: file?.connection ?? 'Reuse',
    maxConnectionAgeMs: file?.maxConnectionAge ?? DEFAULT_MAX_CONNECTION_AGE_MS,
    lossThresholdPercent: file?.lossThresholdPercent ?? DEFAULT_LOSS_THRESHOLD,
    topology: resolveTopology(file, reject),
  };
}

function resolveTopology(file: ConfigFile['ping'], reject: Reject): Topology {
  const { type, degree } = file?.topology ?? { type: 'FullMesh' as const };
  if (type !== 'Sampled') {
    if (degree !== undefined) reject(['ping', 'topology', 'degree'], 'is only allowed with type Sampled');
    return { type };
  }
  return { type, degree: degree ?? reject(['ping', 'topology', 'degree'], 'is required with type Sampled') };
}
