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
      'A published tag is never moved: pulling always would only make the start of a pod depend on the registry. To be sure, use a digest or the admission plugin AlwaysPullImages',
  },
  {
    checks: ['checkov CKV_K8S_43'],
    on: EVERY_POD,
    reason: 'The digest of an image is known only once it is pushed: see below for how to pin it',
  },
  {
    checks: ['checkov CKV_K8S_38'],
    on: ['Deployment'],
    reason: 'The operator and the Prometheus example need their tokens for the API server. Peers and jobs have none',
  },
  {
    checks: ['checkov CKV2_K8S_5'],
    on: ['RoleBinding'],
    reason:
      'The CA keys of namespaces are in `rollcall-system`, in Secrets whose names are not known in advance. The role is limited to that namespace, without list and watch',
  },
  {
    checks: ['kube-score horizontalpodautoscaler-has-target'],
    on: ['HorizontalPodAutoscaler'],
    reason: 'The target is the scale subresource of the PeerGroup; kube-score knows only built-in kinds',
  },
  {
    checks: ['checkov CKV_K8S_35'],
    on: JOBS,
    reason: 'The environment of a job is set by its user; the example for mpirun passes its ssh key in this way',
  },
  {
    checks: ['kube-score pod-probes', 'checkov CKV_K8S_8', 'checkov CKV_K8S_9'],
    on: JOBS,
    reason:
      'The command of a job runs to completion and serves no requests; `activeDeadlineSeconds` ends one that hangs',
  },
  {
    checks: [
      'kube-score container-resources',
      'kube-score container-ephemeral-storage-request-and-limit',
      'checkov CKV_K8S_11',
      'checkov CKV_K8S_13',
    ],
    on: JOBS,
    reason: 'The resources of a job are set by its user; a LimitRange sets defaults for a namespace',
  },
  {
    checks: ['kube-score pod-networkpolicy', 'checkov CKV2_K8S_6'],
    on: JOBS,
    reason:
      'Which connections a gang needs depends on the job; policies for all pods of the namespace apply to it as well',
  },
  {
    checks: ['yamllint line-length'],
    on: ['dist/', 'examples/', '.github/'],
    reason: 'cdk8s writes each description and rule as one line; lines written by hand may be 140 characters long',
  },
  {
    checks: ['yamllint document-start'],
    on: ['dist/', 'examples/', '.github/', 'cdk8s.yaml'],
    reason: 'A single document needs no separator',
  },
  {
    checks: ['yamllint truthy'],
    on: ['.github/workflows/'],
    reason: '`on` is the keyword for the trigger of a GitHub workflow',
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
  return ['| Check | Objects | Reason |', '|---|---|---|', ...rows].join('\n');
}
