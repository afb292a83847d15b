import { OPERATOR_NAMESPACE } from '../../constructs/names.ts';
import { parseNamespaceList } from '../../constructs/namespace-list.ts';
import { UsageError } from '../../server/process/command-line.ts';
import { type JobPriorities, tryParseJobPriorities } from '../compute-job/resource/job-priorities.ts';
import type { ElectionTimes } from '../kube/leader/decide.ts';
import { LOG_LEVELS, type LogLevel } from '../runtime/logger.ts';
import { FlagValues, type TypedFlags } from './flag-values.ts';

const HOUR_MS = 3_600_000;
const MAX_PORT = 65_535;

export interface Election {
  /** Of the Lease. */
  readonly namespace: string;
  /** Where the operator's pods and ServiceAccount are; the Lease may be elsewhere. */
  readonly operatorNamespace: string;
  readonly times: ElectionTimes;
}

/** The operator's configuration: read once, checked, frozen. */
export interface Flags {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** Watch these only, and no ComputeJobs; undefined: everything. */
  readonly namespaces: readonly string[] | undefined;
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
  readonly election: Election | undefined;
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

/**
 * @param typed flags from the command line, which take precedence over the environment
 * @throws {UsageError} with one line that names the flag
 */
export function readFlags(typed: TypedFlags, env: Readonly<Record<string, string | undefined>>): Flags {
  const values = new FlagValues(typed, env);
  const image = values.text('image');
  if (image === undefined) throw new UsageError('--image is required: the image that peers run');
  return Object.freeze({
    kubeconfig: values.text('kubeconfig'),
    context: values.text('context'),
    namespaces: readNamespaces(values),
    image,
    rollOnUpgrade: values.boolean('roll-on-upgrade'),
    jobImage: values.text('job-image') ?? '',
    jobPriorities: readPriorities(values),
    waitImage: values.text('wait-image'),
    nodeLimits: {
      notReadyMs: values.duration('node-not-ready', 0, HOUR_MS),
      leaseMs: values.duration('node-lease', 11_000, HOUR_MS),
    },
    clusterDomain: values.text('cluster-domain'),
    workers: values.integer('workers', 1, 64),
    maxInFlight: values.integer('max-in-flight', 1, 1_000),
    resyncMs: values.duration('resync', 1_000, 24 * HOUR_MS),
    dnsTtlMs: values.duration('dns-ttl', 0, 600_000),
    leafLifetimeMs: values.duration('leaf-lifetime', 60_000, 20_000 * HOUR_MS),
    caLifetimeMs: values.duration('ca-lifetime', 120_000, 200_000 * HOUR_MS),
    election: readElection(values, env.POD_NAMESPACE),
    adminHost: values.text('admin-host') ?? '',
    adminPort: values.integer('admin-port', 0, MAX_PORT),
    secureMetrics: readSecureMetrics(values),
    logLevel: values.oneOf('log-level', LOG_LEVELS),
    crashPoint: values.text('crash-point'),
  });
}

function readNamespaces(values: FlagValues): readonly string[] | undefined {
  const list = parseNamespaceList(values.text('namespace') ?? '');
  if ('fault' in list) throw new UsageError(`--namespace ${list.fault}`);
  return list.namespaces;
}

function readPriorities(values: FlagValues): JobPriorities {
  const text = values.text('job-priorities') ?? '';
  const priorities = tryParseJobPriorities(text);
  if (priorities !== undefined) return priorities;
  throw new UsageError(`--job-priorities must be ranges such as -100..0,ops=-1000..1000, not "${text}"`);
}

function readElection(values: FlagValues, podNamespace: string | undefined): Flags['election'] {
  if (!values.boolean('leader-elect')) return undefined;
  const times = {
    leaseMs: values.duration('leader-elect-lease-duration', 2_000, 60_000),
    renewMs: values.duration('leader-elect-renew-deadline', 1_000, 60_000),
    retryMs: values.duration('leader-elect-retry-period', 100, 60_000),
  };
  if (times.renewMs >= times.leaseMs)
    throw new UsageError('--leader-elect-renew-deadline must be less than --leader-elect-lease-duration');
  if (times.retryMs >= times.renewMs)
    throw new UsageError('--leader-elect-retry-period must be less than --leader-elect-renew-deadline');
  const namespace = values.text('leader-elect-namespace') ?? OPERATOR_NAMESPACE;
  return { namespace, operatorNamespace: podNamespace || namespace, times };
}

function readSecureMetrics(values: FlagValues): Flags['secureMetrics'] {
  const [certificate, privateKey] = [values.text('metrics-certificate'), values.text('metrics-private-key')];
  if ((certificate === undefined) !== (privateKey === undefined))
    throw new UsageError('--metrics-certificate and --metrics-private-key must be set together');
  if (values.text('metrics-tls-port') === undefined) {
    if (certificate !== undefined) throw new UsageError('--metrics-certificate requires --metrics-tls-port');
    return undefined;
  }
  const port = values.integer('metrics-tls-port', 0, MAX_PORT);
  return certificate === undefined || privateKey === undefined
    ? { port }
    : { port, files: { certificate, privateKey } };
}
