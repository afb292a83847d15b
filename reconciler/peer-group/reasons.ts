/**
 * All reasons of a PeerGroup's conditions, Events and failing links. The types of these tables keep other reasons out of the
 * code, and `npm run reference` writes docs/reference/operator-conditions.md from it.
 */
import { MAX_FULL_MESH } from '../../constructs/limits.ts';
import type { ConditionStatus } from '../runtime/conditions.ts';
import {
  type ConditionReason,
  type ConditionTable,
  type EventTable,
  findingsOf,
  type Severity,
} from '../runtime/reason-table.ts';

const normal = (status: ConditionStatus, meaning: string) =>
  ({ status, severity: 'Normal', meaning }) satisfies ConditionReason;
const warning = (status: ConditionStatus, meaning: string) =>
  ({ status, severity: 'Warning', meaning }) satisfies ConditionReason;

/** A problem that prevents a group from matching its spec. */
const problem = (meaning: string) => ({ ...warning('True', meaning), resolvesItself: false });
/** A problem that ends when something else appears or becomes ready: an installation that creates that later must not fail. */
const waiting = (meaning: string) => ({ ...warning('True', meaning), resolvesItself: true });

const PROBLEMS = {
  NameConflict: problem(
    'The name of a child, or Secret `rollcall-tls`, is taken by an object that this PeerGroup does not control; the operator does not change it and rechecks every 5 s. Or an older PeerGroup has a Service of this group’s name.',
  ),
  QuotaExceeded: problem('A ResourceQuota does not allow another child or pod.'),
  PolicyDenied: problem('An admission policy or webhook denied a child.'),
  MissingPermission: problem("The operator's ServiceAccount lacks a permission."),
  Invalid: problem('The API server rejected a child as invalid.'),
  Refused: problem('The API server rejected a child for another reason.'),
  NoSuchGroup: waiting('`peers` references a PeerGroup that does not exist.'),
  CertificateNeeded: problem(
    '`peers` references a PeerGroup with `tls.mode: Mutual`, and this PeerGroup has no client certificate.',
  ),
  CertificateMissing: waiting(
    'The ConfigMap or key of an `acceptCert`, or the Secret that cert-manager writes, does not exist.',
  ),
  CertificateIncomplete: problem(
    'The Secret that cert-manager wrote lacks a key that the pods mount. Issuers that do not publish their CA leave out `ca.crt`.',
  ),
  CertificateTooLarge: problem('A certificate that `acceptCert` references has more than 16,384 characters.'),
  PrivateKeyRefused: problem('The ConfigMap of an `acceptCert` contains a private key.'),
  CertManagerMissing: waiting(
    '`tls.issuerRef` needs cert-manager, which is not installed, or the operator lacks permission to read its Certificates; see the message.',
  ),
  ReportsUnreadable: waiting(
    'The operator may not read the Secret of a group with `tls.issuerRef`; the message contains the command that allows it.',
  ),
  TlsSecretFull: problem('The certificates of all PeerGroups with TLS in the namespace do not fit into one Secret.'),
  ConfigRefused: waiting(
    'A pod rejected its configuration for a reason that only the pod can see, such as an older version. It keeps using the previous one, but cannot restart with it. The message is from the pod.',
  ),
  ConfigInvalid: problem(
    'Every peer would reject the configuration: an address such as `10.0.0.256`, two entries for one peer, text that is not a certificate. The pods keep the previous configuration; a new group gets no pods until it is fixed.',
  ),
  ConfigTooLarge: problem(
    'The configuration does not fit into a ConfigMap. The pods keep the previous configuration; a new group gets no pods until it is fixed.',
  ),
  SpecTooLarge: problem(
    'The spec has more than 512 KiB, or its `affinity` more than 64 KiB. Children are not updated.',
  ),
  NamespaceTooLarge: problem(
    'Large objects in this namespace exceed the 32 MiB that the operator caches for a namespace, so parts of this PeerGroup, or of the children that the message names, are missing from the cache. The operator retries every 10 minutes.',
  ),
  TooManyPeers: problem('Topology and `peers` together name more than 20,000 peers. Children are not updated.'),
  TooManyNodes: problem(`A full mesh has more than ${MAX_FULL_MESH} nodes.`),
  NeedsClusterScope: problem('`placement: PerNode` needs an operator that watches all namespaces.'),
  InvalidSpec: problem('The stored spec does not match the current schema. Children are not updated.'),
  FieldConflict: problem(
    'Another controller, a webhook or a person repeatedly changes a field that the operator restores; the message names the fields and the manager. The operator restores it ten times immediately, then after 10 s, 20 s and so on, up to every 10 minutes.',
  ),
  PodRejected: problem(
    'A pod is missing because it cannot be created: a LimitRange, a priority class that does not exist, an admission policy or webhook, a name that is taken. The message is from the API server.',
  ),
  PodStuck: problem(
    'A pod has failed to start for 10 s: its image cannot be pulled, a Secret or ConfigMap is missing, or its container crashes repeatedly. The message is from the kubelet.',
  ),
  Unschedulable: problem('A pod has not been scheduled for a minute. The message is from the scheduler.'),
} as const;

/** By type and reason. `Reconciling` and `Stalled` also carry reasons of the other conditions. */
export const CONDITIONS = {
  Ready: {
    PodsReady: normal('True', 'All pods that the spec requests are ready.'),
    PodsNotReady: warning('False', 'Not all pods are ready; see the message.'),
  },
  Progressing: {
    Scaling: normal('True', 'The number of pods is changing.'),
    RollingOut: normal(
      'True',
      'Pods are being updated to the current revision, or the controller of the StatefulSet or DaemonSet has not observed it yet.',
    ),
    RolledOut: normal('False', 'All pods are up to date.'),
    Blocked: warning('False', 'A problem blocks progress; see `Degraded`.'),
  },
  Connected: {
    AllLinksUp: normal('True', 'All links defined by the topology and `peers` are up, under the current spec.'),
    NoLinksExpected: normal('True', 'Neither the topology nor `peers` defines a link.'),
    PlannedChange: normal(
      'True',
      'Some links are down because of a planned change such as a drain or a rollout, which the message names. All other links are up.',
    ),
    LinksDown: warning('False', 'Links are down; the message names up to five of them with the cause.'),
    TargetMissing: warning(
      'False',
      '`peers` references something that does not exist or that peers reject: a PeerGroup, a certificate, an invalid entry.',
    ),
    Connecting: normal(
      'False',
      'Since the last change of the spec, a link has not been up yet, a node has no peer yet, or a pod has not reported the current configuration yet.',
    ),
    ReportsContradictory: warning(
      'Unknown',
      "A pod's report contradicts itself or its configuration and is ignored; the message names the pod.",
    ),
    ReportsStale: warning('Unknown', 'A pod has not reported for 40 s; the message names it.'),
    Deleting: normal('Unknown', 'The PeerGroup is being deleted and waits for a finalizer.'),
    NotObserved: warning('Unknown', 'Links are not observed because the spec is invalid; see `Degraded`.'),
  },
  Degraded: { AsExpected: normal('False', 'No problems detected.'), ...PROBLEMS },
  Reconciling: {
    Pending: normal('True', 'The operator has not observed the object yet.'),
    Idle: normal('False', 'No operation in progress.'),
  },
} as const satisfies ConditionTable;

/** Problems are Warning Events, too. */
export const EVENTS = {
  Created: { severity: 'Normal', meaning: 'Children were created.' },
  Updated: {
    severity: 'Normal',
    meaning: 'Children were updated because the spec or the version of the operator changed.',
  },
  DriftRepaired: {
    severity: 'Normal',
    meaning:
      'Changes to a child by another manager were reverted; the note names the fields and, if known, the manager.',
  },
  LinkDown: {
    severity: 'Warning',
    meaning: 'An outage started; the note names both peers, the start and the cause.',
  },
  LinkUp: { severity: 'Normal', meaning: 'An outage ended; the note has its duration.' },
} as const satisfies EventTable;

/** States of a pod or its node that explain a link that is down; unless planned, it is an outage. */
export const LINK_REASONS = {
  NodeFailed: { planned: false, meaning: 'The node is not Ready or no longer exists.' },
  NotReady: { planned: false, meaning: 'The pod is no longer ready.' },
  Terminating: { planned: true, meaning: 'The pod is being deleted: a drain, a scale-down, a rollout.' },
  Starting: {
    planned: true,
    meaning: 'The pod does not exist yet, has never been ready, or has been ready for less than one DNS TTL.',
  },
  StaleAddress: { planned: true, meaning: "The pod is new; its name may still resolve to its predecessor's address." },
  Rollout: { planned: true, meaning: 'The two pods use different TLS modes during a rollout.' },
  NodeLeaving: {
    planned: true,
    meaning: 'The node is not Ready and has a taint of an autoscaler or cloud provider that removes it.',
  },
  ScaledToZero: { planned: true, meaning: 'The target PeerGroup has `replicas: 0`.' },
  ConfigChange: {
    planned: true,
    meaning:
      'The pinging pod has not reported the current configuration yet; during a rollout, for as long as that takes.',
  },
  Cordoned: { planned: true, meaning: 'The node is unschedulable (cordoned).' },
} as const satisfies Readonly<Record<string, { readonly planned: boolean; readonly meaning: string }>>;

export type ProblemReason = keyof typeof PROBLEMS;
export type LinkReason = keyof typeof LINK_REASONS;

/** A condition of a PeerGroup as it was found now, with the status of its reason. */
export const finding = findingsOf(CONDITIONS);

/** Whether a problem ends without a change of the PeerGroup. */
export function resolvesItself(reason: ProblemReason): boolean {
  return PROBLEMS[reason].resolvesItself;
}

/** Whether a link may be down for this reason without being an outage. */
export function isPlanned(reason: LinkReason): boolean {
  return LINK_REASONS[reason].planned;
}

/** The type and reason of an Event. */
export function eventOf<Reason extends keyof typeof EVENTS | ProblemReason>(reason: Reason) {
  const { severity }: { readonly severity: Severity } = { ...EVENTS, ...PROBLEMS }[reason];
  return { type: severity, reason };
}
