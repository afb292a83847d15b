import { OPERATOR_NAMESPACE } from '../../constructs/names.ts';
import { LOG_LEVELS } from '../runtime/logger.ts';

/** One flag. The table below is the source of `--help` and of docs/reference/operator-flags.md. */
export interface FlagSpec {
  /** The environment variable that sets it where the flag is not given. */
  readonly env: string;
  /** What `--help` calls the value. */
  readonly value: string;
  readonly default?: string;
  /** Whether it may be given several times; then its text has commas between the values. */
  readonly isRepeatable?: boolean;
  readonly help: string;
}

export const FLAGS = {
  kubeconfig: {
    env: 'ROLLCALL_KUBECONFIG',
    value: 'file',
    help: 'Path to a kubeconfig file. If unset: the ServiceAccount of the pod, else $KUBECONFIG, else ~/.kube/config.',
  },
  context: {
    env: 'ROLLCALL_CONTEXT',
    value: 'name',
    help: 'Context of the kubeconfig. If unset: its current context.',
  },
  namespace: {
    env: 'ROLLCALL_NAMESPACE',
    value: 'name',
    isRepeatable: true,
    help: 'Namespaces to watch: repeat the flag or separate with commas, up to 100. ComputeJobs and ComputeNodes are then not managed. If unset: all namespaces.',
  },
  image: {
    env: 'ROLLCALL_IMAGE',
    value: 'image',
    help: 'Default image of PeerGroups (required).',
  },
  'roll-on-upgrade': {
    env: 'ROLLCALL_ROLL_ON_UPGRADE',
    value: 'bool',
    default: 'true',
    help: 'Update PeerGroups without spec.image when --image changes, five at a time.',
  },
  'job-image': {
    env: 'ROLLCALL_JOB_IMAGE',
    value: 'image',
    default: 'docker.io/library/busybox:1.37',
    help: 'Default image of ComputeJobs. It needs a shell.',
  },
  'job-priorities': {
    env: 'ROLLCALL_JOB_PRIORITIES',
    value: 'ranges',
    default: '-1000..1000',
    help: 'Range of ComputeJob priorities, optionally followed by ranges for individual namespaces: -100..0,ops=-1000..1000. A priority outside the range is clamped to it.',
  },
  'wait-image': {
    env: 'ROLLCALL_WAIT_IMAGE',
    value: 'image',
    help: 'Image of the init container that waits until the DNS names of the gang resolve. It needs a shell and nslookup. If unset: --job-image.',
  },
  'node-not-ready': {
    env: 'ROLLCALL_NODE_NOT_READY',
    value: 'duration',
    default: '10s',
    help: 'How long a Node may be NotReady or Unknown before its ComputeNode is marked Failed (0s to 1h).',
  },
  'node-lease': {
    env: 'ROLLCALL_NODE_LEASE',
    value: 'duration',
    default: '40s',
    help: 'How long the Lease of a Node may go without renewal before its ComputeNode is marked Failed (11s to 1h).',
  },
  'cluster-domain': {
    env: 'ROLLCALL_CLUSTER_DOMAIN',
    value: 'domain',
    help: 'DNS domain of the cluster. If unset: taken from /etc/resolv.conf, else cluster.local.',
  },
  workers: {
    env: 'ROLLCALL_WORKERS',
    value: 'n',
    default: '8',
    help: 'Concurrent reconciles for each kind (1 to 64).',
  },
  'max-in-flight': {
    env: 'ROLLCALL_MAX_IN_FLIGHT',
    value: 'n',
    default: '32',
    help: 'Maximum number of concurrent requests to the API server, watches excluded (1 to 1000).',
  },
  resync: {
    env: 'ROLLCALL_RESYNC',
    value: 'duration',
    default: '10m',
    help: 'Interval at which every object is reconciled even if it has not changed (1s to 24h).',
  },
  'dns-ttl': {
    env: 'ROLLCALL_DNS_TTL',
    value: 'duration',
    default: '30s',
    help: 'How long a DNS name may still resolve to the address of a deleted pod (0s to 10m).',
  },
  'leaf-lifetime': {
    env: 'ROLLCALL_LEAF_LIFETIME',
    value: 'duration',
    default: '2160h',
    help: 'Validity of the certificates of peers (1m to 20000h). They are renewed after two thirds of it.',
  },
  'ca-lifetime': {
    env: 'ROLLCALL_CA_LIFETIME',
    value: 'duration',
    default: '26280h',
    help: 'Validity of the CA of a namespace (2m to 200000h). It is replaced after two thirds of it.',
  },
  'admin-host': {
    env: 'ROLLCALL_ADMIN_HOST',
    value: 'address',
    default: '0.0.0.0',
    help: 'Address to serve health and metrics on.',
  },
  'admin-port': {
    env: 'ROLLCALL_ADMIN_PORT',
    value: 'port',
    default: '9090',
    help: 'Port to serve health and metrics on. 0 picks a free port, which is logged.',
  },
  'metrics-tls-port': {
    env: 'ROLLCALL_METRICS_TLS_PORT',
    value: 'port',
    help: 'Port to serve metrics on over TLS, to clients that RBAC allows to get /metrics. 0 picks a free port. If unset: metrics are served on the admin port without authentication.',
  },
  'metrics-certificate': {
    env: 'ROLLCALL_METRICS_CERTIFICATE',
    value: 'file',
    help: 'PEM file with the certificate for metrics over TLS, reloaded every minute. If unset: a self-signed certificate, created at startup.',
  },
  'metrics-private-key': {
    env: 'ROLLCALL_METRICS_PRIVATE_KEY',
    value: 'file',
    help: 'PEM file with the private key of --metrics-certificate.',
  },
  'log-level': {
    env: 'ROLLCALL_LOG_LEVEL',
    value: 'level',
    default: 'info',
    help: `Minimum level of log lines: ${LOG_LEVELS.join(', ')}.`,
  },
  'leader-elect': {
    env: 'ROLLCALL_LEADER_ELECT',
    value: 'bool',
    default: 'true',
    help: 'Enable leader election with Lease rollcall; only the leader writes. Set to false for a single process.',
  },
  'leader-elect-namespace': {
    env: 'POD_NAMESPACE',
    value: 'name',
    default: OPERATOR_NAMESPACE,
    help: 'Namespace of the Lease.',
  },
  'leader-elect-lease-duration': {
    env: 'ROLLCALL_LEASE_DURATION',
    value: 'duration',
    default: '15s',
    help: 'How long other processes wait after the last renewal before they replace the leader (2s to 1m).',
  },
  'leader-elect-renew-deadline': {
    env: 'ROLLCALL_RENEW_DEADLINE',
    value: 'duration',
    default: '10s',
    help: 'How long the leader may write after its last renewal. Must be less than the lease duration.',
  },
  'leader-elect-retry-period': {
    env: 'ROLLCALL_RETRY_PERIOD',
    value: 'duration',
    default: '2s',
    help: 'Interval between attempts to acquire or renew the Lease. Must be less than the renew deadline.',
  },
  'crash-point': {
    env: 'ROLLCALL_CRASH_POINT',
    value: 'point',
    help: 'For crash tests: before:N or after:N kills the process around its Nth write.',
  },
} as const satisfies Readonly<Record<string, FlagSpec>>;

export type FlagName = keyof typeof FLAGS;
