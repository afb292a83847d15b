export {
  type LinkNotUp as NotUp,
  type SummaryReport as Brief,
  tryParseSummaryReport as tryParseBrief,
} from '../../../server/protocol/summary-report.ts';
