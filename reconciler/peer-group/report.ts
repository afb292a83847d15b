import type { SummaryReport } from '../../server/protocol/summary-report.ts';

/** The last report of a pod. */
export interface Report {
  readonly summary: SummaryReport;
  /** Whether the report is recent. */
  readonly fresh: boolean;
}

/** Source of pods' reports. */
export interface ReportSource {
  readonly reports: {
    /** The last report of the pod with this uid; undefined if there is none. */
    reportOf(uid: string): Report | undefined;
  };
}
