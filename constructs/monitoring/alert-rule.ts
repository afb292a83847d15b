/** An alerting rule as Prometheus has it (prometheus.io/docs/prometheus/latest/configuration/alerting_rules). */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  /** How long the expression has to hold. A duration such as `5m`. */
  readonly for: string;
  readonly labels: { readonly severity: Severity };
  readonly annotations: {
    /** The problem, in one sentence. */
    readonly summary: string;
    /** What to do about it, or where to look. */
    readonly description: string;
  };
}

/** critical: something is broken; warning: something will break or is not monitored; info: measurements are less accurate. */
export type Severity = 'critical' | 'warning' | 'info';

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

/**
 * Expression for certificates that expire soon, with the remaining seconds. Soon means less than two weeks and
 * less than a quarter of the lifetime, so that a certificate with a lifetime of an hour does not expire soon from the start; certificates are
 * renewed when a third is left.
 *
 * @param by labels that the result keeps
 * @param of turns a metric's name into a selector
 */
export function expiringCertificates(by: string, of: (metric: string) => string): string {
  const expiry = of('rollcall_certificate_expiry_timestamp_seconds');
  const start = of('rollcall_certificate_not_before_timestamp_seconds');
  return `min by (${by}) (${expiry} - time() < 14 * 86400 and 4 * (${expiry} - time()) < ${expiry} - ${start})`;
}
