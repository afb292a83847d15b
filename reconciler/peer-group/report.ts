import type { SummaryReport } from '../../server/protocol/summary-report.ts';

/** What a pod last reported. */
export interface Report {
  readonly summary: SummaryReport;
  /** Whether the pod has answered lately. */
  readonly fresh: boolean;
}

/** Where the reports of pods are to be had. */
export interface ReportSource {
  readonly reports: {
    /** What the pod with this uid last reported; undefined when it has not. */
    reportOf(uid: string): Report | undefined;
  };
}
