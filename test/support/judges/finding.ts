export const JUDGES = ['kube-score', 'kubeconform', 'checkov', 'hadolint', 'yamllint', 'actionlint'] as const;
export type Judge = (typeof JUDGES)[number];

/** One thing that a judge has against what we wrote. */
export interface Finding {
  readonly judge: Judge;
  /** The judge's own name for the check, by which its documentation is found. */
  readonly rule: string;
  /** The object, as `StatefulSet mesh/web`; for files `FILE:LINE`. */
  readonly where: string;
  /** What it says. */
  readonly message: string;
}

/** As a failed test shows it. */
export function describeFinding({ judge, rule, where, message }: Finding): string {
  return `${judge} ${rule}, ${where}: ${message}`;
}
