import type { Finding, Judge } from './finding.ts';

/** Checks that we don't follow, where, and why. docs/guide/hardening.md shows this list; a test holds the two equal. */
export interface Waiver {
  /** Judge and the judge's own name for the check. */
  readonly checks: readonly `${Judge} ${string}`[];
  /** Kinds of objects, single objects, or what the files' names begin with. */
  readonly on: readonly string[];
  /** For the administrator who reads the same finding in an audit. */
  readonly reason: string;
}

const EVERY_POD = ['Deployment', 'StatefulSet', 'DaemonSet', 'Pod'];
/** Only ComputeJobs have pods of their own, without a workload. */
const JOBS = ['Pod'];

export const WAIVERS: readonly Waiver[] = [
  {
    checks: ['kube-score container-image-pull-policy', 'checkov CKV_K8S_15'],
    on: EVERY_POD,
    reason:
      'A published tag is never moved: pulling always would only add a registry to what must work when a pod starts. A digest settles it, and so does the admission plugin AlwaysPullImages',
  },
  {
    checks: ['checkov CKV_K8S_43'],
    on: EVERY_POD,
    reason: 'The digest of an image is known once it is pushed: name it then, as below',
  },
  {
    checks: ['checkov CKV_K8S_38'],
    on: ['Deployment'],
    reason:
      "The operator and the example's Prometheus work with the API server by their tokens. No peer and no job has one",
  },
  {
    checks: ['checkov CKV2_K8S_5'],
    on: ['RoleBinding'],
    reason:
      "The keys of the namespaces' CAs lie in `rollcall-system`, under the names of namespaces yet to come. The role holds there alone, without list and watch",
  },
  {
    checks: ['kube-score horizontalpodautoscaler-has-target'],
    on: ['HorizontalPodAutoscaler'],
    reason:
      'The target is the PeerGroup by its scale subresource, and kube-score knows only kinds of Kubernetes itself',
  },
  {
    checks: ['checkov CKV_K8S_35'],
    on: JOBS,
    reason: 'What a job has in its environment, its user asks for; the example for mpirun hands its ssh key over so',
  },
  {
    checks: ['kube-score pod-probes', 'checkov CKV_K8S_8', 'checkov CKV_K8S_9'],
    on: JOBS,
    reason: "A job's command runs to its end and serves nobody; `activeDeadlineSeconds` ends one that hangs",
  },
  {
    checks: [
      'kube-score container-resources',
      'kube-score container-ephemeral-storage-request-and-limit',
      'checkov CKV_K8S_11',
      'checkov CKV_K8S_13',
    ],
    on: JOBS,
    reason: "What a job needs is its own to say; a namespace's LimitRange says it for those that don't",
  },
  {
    checks: ['kube-score pod-networkpolicy', 'checkov CKV2_K8S_6'],
    on: JOBS,
    reason: 'Whom a gang talks to is its own business; a policy for all pods of the namespace holds for it too',
  },
  {
    checks: ['yamllint line-length'],
    on: ['dist/', 'examples/', '.github/'],
    reason: 'cdk8s writes a description or a rule as one line; lines that people write may be 140 characters long',
  },
  {
    checks: ['yamllint document-start'],
    on: ['dist/', 'examples/', '.github/', 'cdk8s.yaml'],
    reason: 'One document needs no separator before it',
  },
  {
    checks: ['yamllint truthy'],
    on: ['.github/workflows/'],
    reason: "`on` is GitHub's word for what starts a workflow",
  },
];

/** Whether a waiver is about this finding. */
export function covers(waiver: Waiver, { judge, rule, where }: Finding): boolean {
  const isThere = (place: string) =>
    /^[A-Z]/.test(place) ? where === place || where.startsWith(`${place} `) : where.startsWith(place);
  return waiver.checks.includes(`${judge} ${rule}`) && waiver.on.some(isThere);
}

/** The list as the page has it. */
export function waiverTable(): string {
  const rows = WAIVERS.map(
    ({ checks, on, reason }) => `| ${checks.join(', ')} | ${on.map((place) => `\`${place}\``).join(' ')} | ${reason} |`,
  );
  return ["| check | on | why it isn't followed |", '|---|---|---|', ...rows].join('\n');
}
