/**
 * Every name that users, dashboards or other programs can see: API group, labels, annotations, field managers,
 * file paths, ports. Change one here and it changes everywhere.
 */

/** API group of all Rollcall kinds. */
export const API_GROUP = 'rollcall.dev';
export const API_VERSION = 'v1alpha1';
export const GROUP_VERSION = `${API_GROUP}/${API_VERSION}`;

/** Prefix of Rollcall's labels and annotations. */
export const PREFIX = `${API_GROUP}/`;

/** Namespace and name of the operator's own objects. */
export const OPERATOR_NAMESPACE = 'rollcall-system';
export const OPERATOR_NAME = 'rollcall';
/** Value of the label `endpointslice.kubernetes.io/managed-by` of EndpointSlices. */
export const OPERATOR_DOMAIN = `operator.${API_GROUP}`;

/** On an operator's pod that takes part in the leader election; pods of older versions lack it. */
export const LABEL_LEADER_ELECTION = `${PREFIX}leader-election`;
/** The Lease, in the operator's namespace. */
export const LEASE_NAME = 'rollcall';

/** Field manager of all writes of the operator. */
export const FIELD_MANAGER = 'rollcall';
/** Field manager of what a ComputeNode offers for as long as its user says nothing else. */
export const DEFAULTS_FIELD_MANAGER = 'rollcall-defaults';

/** On a child: hash of the object as rendered (see reconciler plan). */
export const ANNOTATION_APPLIED = `${PREFIX}applied`;
/** On a workload: the operator's image, unless the group sets one; shows whether an upgrade of the operator has reached it. */
export const ANNOTATION_DEFAULT_IMAGE = `${PREFIX}default-image`;
/** On a pod: hash of the config in its ConfigMap; a patch makes the kubelet sync the volume immediately. */
export const ANNOTATION_CONFIG_HASH = `${PREFIX}config-hash`;
/** On a pod of a ComputeJob: which gang of the job it belongs to, and which index of it it is. */
export const LABEL_ATTEMPT = `${PREFIX}attempt`;
export const LABEL_INDEX = `${PREFIX}index`;
/** On a pod of a ComputeJob: names of its gang's pods, a line each; the kubelet shows it to the pod as a file. */
export const ANNOTATION_HOSTS = `${PREFIX}hosts`;
/** The same with the slots of each, as mpirun takes it. */
export const ANNOTATION_HOSTFILE = `${PREFIX}hostfile`;
/** On a pod that waits for the names of its gang: names and addresses that must resolve first; empty until they are published. */
export const ANNOTATION_ADDRESSES = `${PREFIX}addresses`;

/** Scheduling gate of a pod whose gang isn't all there yet; the operator removes it. */
export const GANG_GATE = `${PREFIX}gang`;

/** Standard labels (kubernetes.io/docs/concepts/overview/working-with-objects/common-labels). */
export const LABEL_NAME = 'app.kubernetes.io/name';
export const LABEL_INSTANCE = 'app.kubernetes.io/instance';
export const LABEL_COMPONENT = 'app.kubernetes.io/component';
export const LABEL_PART_OF = 'app.kubernetes.io/part-of';
export const LABEL_MANAGED_BY = 'app.kubernetes.io/managed-by';

/** Where a peer's config is mounted. The folder is the ConfigMap's volume, so an update swaps its `..data` symlink. */
export const CONFIG_DIR = '/etc/rollcall';
export const CONFIG_KEY = 'config.yaml';

/** Ports of the peer server: pings, and health, metrics and report. */
export const PING_PORT = 8080;
export const ADMIN_PORT = 9090;

/** Port of the operator's metrics with authentication and authorization. */
export const METRICS_TLS_PORT = 8443;

/** On a pod that speaks TLS: its mode. Pods with different modes can't ping each other; during a rollout that is a planned change. */
export const LABEL_TLS = `${PREFIX}tls`;

/** Where a peer's certificate, key and trusted CAs are mounted. */
export const TLS_DIR = '/etc/rollcall-tls';
export const TLS_CERTIFICATE = `${TLS_DIR}/tls.crt`;
export const TLS_PRIVATE_KEY = `${TLS_DIR}/tls.key`;
export const TLS_CA = `${TLS_DIR}/ca.crt`;

/** Secret of a namespace with `<group>.crt`, `<group>.key` and TLS_CA_BUNDLE_KEY, written by the operator. */
export const TLS_SECRET = 'rollcall-tls';
/** Key of the CA certificates that the namespace's peers trust, in TLS_SECRET and, for groups that ping one, in their ConfigMap. */
export const TLS_CA_BUNDLE_KEY = 'ca.crt';
/** Secret in the operator's namespace with the key of a namespace's CA: this, a dot and the namespace. */
export const CA_SECRET_PREFIX = 'rollcall-ca';
