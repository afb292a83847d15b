import { parseArgs } from 'node:util';
import { formatDuration, tryParseDuration } from '../constructs/duration.ts';
import { OPERATOR_NAMESPACE } from '../constructs/names.ts';
import { type JobPriorities, tryParseJobPriorities } from './compute-job/resource/job-priorities.ts';
import type { ElectionTimes } from './kube/leader/decide.ts';
import { LOG_LEVELS, type LogLevel } from './runtime/logger.ts';

/** The operator's configuration: read once, checked, frozen. */
export interface Flags {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** Watch this namespace only. */
  readonly namespace: string | undefined;
  /** Image of the peers of groups that set none. */
  readonly image: string;
  /** Whether groups that run an older one of these are brought to it. */
  readonly rollOnUpgrade: boolean;
  /** Image of the pods of ComputeJobs that set none. */
  readonly jobImage: string;
  /** Which priorities jobs may have. */
  readonly jobPriorities: JobPriorities;
  /** Image of the init container that waits for the names of a gang. Undefined: jobImage. */
  readonly waitImage: string | undefined;
  /** How long a Node may be NotReady, and its Lease unrenewed, in milliseconds, before its ComputeNode is Failed. */
  readonly nodeLimits: { readonly notReadyMs: number; readonly leaseMs: number };
  /** Undefined: from resolv.conf. */
  readonly clusterDomain: string | undefined;
  readonly workers: number;
  /** Requests to the API server in flight at most. */
  readonly maxInFlight: number;
  /** Every object is looked at again this often, in milliseconds. */
  readonly resyncMs: number;
  /** How long a name may resolve to the address of a former pod. */
  readonly dnsTtlMs: number;
  /** How long the certificates of peers, and of a namespace's CA, are valid. */
  readonly leafLifetimeMs: number;
  readonly caLifetimeMs: number;
  /** Undefined: this process is alone. */
  readonly election: { readonly namespace: string; readonly times: ElectionTimes } | undefined;
  readonly adminHost: string;
  readonly adminPort: number;
  /** With it, metrics are served on this port, over TLS, to who may read them; undefined: on the admin port to everybody. */
  readonly secureMetrics:
    | { readonly port: number; readonly files?: { readonly certificate: string; readonly privateKey: string } }
    | undefined;
  readonly logLevel: LogLevel;
  /** `before:N` or `after:N`, for crash tests. */
  readonly crashPoint: string | undefined;
}

/** Thrown when a flag is unknown or its value makes no sense; the message is one line that names it. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
  readonly code = 'BAD_FLAG';
}

/** One flag: its default, what else may set it, and what it is for. The table is the reference page's source. */
export interface FlagSpec {
  readonly env: string;
  readonly default?: string;
  readonly help: string;
}

export const FLAGS = {
  kubeconfig: {
    env: 'ROLLCALL_KUBECONFIG',
    help: "kubeconfig file. Unset: the pod's own ServiceAccount, else $KUBECONFIG, else ~/.kube/config",
  },
  context: { env: 'ROLLCALL_CONTEXT', help: "context of the kubeconfig. Unset: the kubeconfig's current one" },
  namespace: { env: 'ROLLCALL_NAMESPACE', help: 'watch this namespace only. Unset: all' },
  image: { env: 'ROLLCALL_IMAGE', help: 'image of the peers of groups that set none (required)' },
  'roll-on-upgrade': {
    env: 'ROLLCALL_ROLL_ON_UPGRADE',
    default: 'true',
    help: 'whether groups that set no image are brought to a new --image, five at a time: true or false',
  },
  'job-image': {
    env: 'ROLLCALL_JOB_IMAGE',
    default: 'docker.io/library/busybox:1.37',
    help: 'image of ComputeJobs that set none: a small one with a shell',
  },
  'job-priorities': {
    env: 'ROLLCALL_JOB_PRIORITIES',
    default: '-1000..1000',
    help: 'priorities that ComputeJobs may have, and for single namespaces others, such as -100..0,ops=-1000..1000; a job outside counts as the nearest inside',
  },
  'wait-image': {
    env: 'ROLLCALL_WAIT_IMAGE',
    help: 'image of the init container in which pods of a gang wait for its names; one with a shell and nslookup. Unset: --job-image',
  },
  'node-not-ready': {
    env: 'ROLLCALL_NODE_NOT_READY',
    default: '10s',
    help: 'how long a Node may be NotReady or Unknown before its ComputeNode is Failed, 0s to 1h',
  },
  'node-lease': {
    env: 'ROLLCALL_NODE_LEASE',
    default: '40s',
    help: "how long a Node's Lease may stay unrenewed before its ComputeNode is Failed, 11s to 1h",
  },
  'cluster-domain': {
    env: 'ROLLCALL_CLUSTER_DOMAIN',
    help: "the cluster's DNS domain. Unset: from /etc/resolv.conf, else cluster.local",
  },
  workers: { env: 'ROLLCALL_WORKERS', default: '8', help: 'objects of a kind worked on at once, 1 to 64' },
  'max-in-flight': {
    env: 'ROLLCALL_MAX_IN_FLIGHT',
    default: '32',
    help: 'requests to the API server in flight at most, 1 to 1000; watches not counted',
  },
  resync: {
    env: 'ROLLCALL_RESYNC',
    default: '10m',
    help: 'how often every object is looked at again in case something was missed, 1s to 24h',
  },
  'dns-ttl': {
    env: 'ROLLCALL_DNS_TTL',
    default: '30s',
    help: 'how long a name may still resolve to the address of a former pod, 0s to 10m',
  },
  'leaf-lifetime': {
    env: 'ROLLCALL_LEAF_LIFETIME',
    default: '2160h',
    help: "how long a peer's certificate is valid, 1m to 20000h; it is renewed after two thirds of it",
  },
  'ca-lifetime': {
    env: 'ROLLCALL_CA_LIFETIME',
    default: '26280h',
    help: "how long a namespace's CA is valid, 2m to 200000h; it is replaced after two thirds of it",
  },
  'admin-host': { env: 'ROLLCALL_ADMIN_HOST', default: '0.0.0.0', help: 'address of health and metrics' },
  'admin-port': {
    env: 'ROLLCALL_ADMIN_PORT',
    default: '9090',
    help: 'port of health and metrics; 0 for any free one (it is in the log)',
  },
  'metrics-tls-port': {
    env: 'ROLLCALL_METRICS_TLS_PORT',
    help: "port of metrics over TLS, for who may get /metrics by the cluster's RBAC; 0 for any free one. Unset: metrics are on the admin port, open to everybody",
  },
  'metrics-certificate': {
    env: 'ROLLCALL_METRICS_CERTIFICATE',
    help: 'PEM file of the certificate of the metrics, read again every minute. Unset: self-signed, made at the start',
  },
  'metrics-private-key': {
    env: 'ROLLCALL_METRICS_PRIVATE_KEY',
    help: 'PEM file of its private key; goes with --metrics-certificate',
  },
  'log-level': {
    env: 'ROLLCALL_LOG_LEVEL',
    default: 'info',
    help: `least level that is logged: ${LOG_LEVELS.join(', ')}`,
  },
  'leader-elect': {
    env: 'ROLLCALL_LEADER_ELECT',
    default: 'true',
    help: 'whether it writes only while it holds the Lease rollcall: true, or false for a single process',
  },
  'leader-elect-namespace': {
    env: 'POD_NAMESPACE',
    default: OPERATOR_NAMESPACE,
    help: 'namespace of the Lease',
  },
  'leader-elect-lease-duration': {
    env: 'ROLLCALL_LEASE_DURATION',
    default: '15s',
    help: 'how long a leader that does not renew its lease is not replaced, 2s to 1m',
  },
  'leader-elect-renew-deadline': {
    env: 'ROLLCALL_RENEW_DEADLINE',
    default: '10s',
    help: 'how long a leader may write after its last renewal; less than the lease duration',
  },
  'leader-elect-retry-period': {
    env: 'ROLLCALL_RETRY_PERIOD',
    default: '2s',
    help: 'between two attempts to acquire or renew the lease; less than the renew deadline',
  },
  'crash-point': {
    env: 'ROLLCALL_CRASH_POINT',
    help: 'for crash tests: before:N or after:N kills the process around its Nth write',
  },
} as const satisfies Readonly<Record<string, FlagSpec>>;

type FlagName = keyof typeof FLAGS;

/** What `--help` prints: each flag with its environment variable, its default and what it is for. */
export function describeFlags(): string {
  const lines = Object.entries<FlagSpec>(FLAGS).map(([name, { env, default: value, help }]) => {
    const origin = value === undefined ? env : `${env}, default ${value}`;
    return `  --${name}\n      ${help} (${origin})`;
  });
  return ['rollcall operator [options]', '', ...lines].join('\n');
}

/**
 * A flag wins over its environment variable, which wins over the default.
 *
 * @throws FlagError
 */
export function parseFlags(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Flags {
  const names = Object.keys(FLAGS) as FlagName[];
  const given = parse(args, names);
  const text = (name: FlagName): string | undefined => {
    const spec: FlagSpec = FLAGS[name];
    return given[name] ?? (env[spec.env] || spec.default);
  };
  const integer = (name: FlagName, min: number, max: number): number => {
    const value = text(name) ?? '';
    if (!/^\d+$/.test(value) || Number(value) < min || Number(value) > max) {
      throw new FlagError(`--${name} must be a whole number from ${min} to ${max}, not "${value}"`);
    }
    return Number(value);
  };
  const duration = (name: FlagName, min: number, max: number): number => {
    const ms = tryParseDuration(text(name) ?? '');
    if (ms === undefined || ms < min || ms > max) {
      const bounds = `${formatDuration(min)} to ${formatDuration(max)}`;
      throw new FlagError(`--${name} must be a duration from ${bounds}, such as 10m, not "${text(name)}"`);
    }
    return ms;
  };
  const boolean = (name: FlagName): boolean => {
    const value = text(name) ?? '';
    if (value !== 'true' && value !== 'false') throw new FlagError(`--${name} must be true or false, not "${value}"`);
    return value === 'true';
  };
  const election = () => {
    if (!boolean('leader-elect')) return undefined;
    const times = {
      leaseMs: duration('leader-elect-lease-duration', 2_000, 60_000),
      renewMs: duration('leader-elect-renew-deadline', 1_000, 60_000),
      retryMs: duration('leader-elect-retry-period', 100, 60_000),
    };
    if (times.renewMs >= times.leaseMs) {
      throw new FlagError('--leader-elect-renew-deadline must be less than --leader-elect-lease-duration');
    }
    if (times.retryMs >= times.renewMs) {
      throw new FlagError('--leader-elect-retry-period must be less than --leader-elect-renew-deadline');
    }
    return { namespace: text('leader-elect-namespace') ?? OPERATOR_NAMESPACE, times };
  };
  const image = text('image');
  if (image === undefined) throw new FlagError('--image is missing: which image do the peers run?');
  return Object.freeze({
    kubeconfig: text('kubeconfig'),
    context: text('context'),
    namespace: text('namespace'),
    image,
    rollOnUpgrade: boolean('roll-on-upgrade'),
    jobImage: text('job-image') ?? '',
    jobPriorities: priorities(text('job-priorities') ?? ''),
    waitImage: text('wait-image'),
    nodeLimits: {
      notReadyMs: duration('node-not-ready', 0, 3_600_000),
      leaseMs: duration('node-lease', 11_000, 3_600_000),
    },
    clusterDomain: text('cluster-domain'),
    workers: integer('workers', 1, 64),
    maxInFlight: integer('max-in-flight', 1, 1_000),
    resyncMs: duration('resync', 1_000, 24 * 3_600_000),
    dnsTtlMs: duration('dns-ttl', 0, 600_000),
    leafLifetimeMs: duration('leaf-lifetime', 60_000, 20_000 * 3_600_000),
    caLifetimeMs: duration('ca-lifetime', 120_000, 200_000 * 3_600_000),
    election: election(),
    adminHost: text('admin-host') ?? '',
    adminPort: integer('admin-port', 0, 65_535),
    secureMetrics: secureMetrics(text, integer),
    logLevel: logLevel(text('log-level') ?? ''),
    crashPoint: text('crash-point'),
  });
}

function parse(args: readonly string[], names: readonly FlagName[]): Partial<Record<FlagName, string>> {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    return parseArgs({ args: [...args], options }).values as Partial<Record<FlagName, string>>;
  } catch (cause) {
    throw new FlagError((cause as Error).message.split('\n')[0] ?? '', { cause });
  }
}

function secureMetrics(
  text: (name: FlagName) => string | undefined,
  integer: (name: FlagName, min: number, max: number) => number,
): Flags['secureMetrics'] {
  const [certificate, privateKey] = [text('metrics-certificate'), text('metrics-private-key')];
  if ((certificate === undefined) !== (privateKey === undefined))
    throw new FlagError('--metrics-certificate and --metrics-private-key go together');
  if (text('metrics-tls-port') === undefined) {
    if (certificate !== undefined) throw new FlagError('--metrics-certificate needs --metrics-tls-port');
    return undefined;
  }
  const port = integer('metrics-tls-port', 0, 65_535);
  return certificate === undefined || privateKey === undefined
    ? { port }
    : { port, files: { certificate, privateKey } };
}

function priorities(text: string): JobPriorities {
  const parsed = tryParseJobPriorities(text);
  if (parsed === undefined) {
    throw new FlagError(`--job-priorities must be ranges such as -100..0,ops=-1000..1000, not "${text}"`);
  }
  return parsed;
}

function logLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) throw new FlagError(`--log-level must be one of ${LOG_LEVELS.join(', ')}, not "${text}"`);
  return level;
}
