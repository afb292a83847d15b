import { livePodsOf, type PodCache } from '../children/lookups.ts';
import type { Problem } from '../problem.ts';
import type { ReportSource } from '../report.ts';

/** Characters of a pod's own words that are passed on. */
const MAX_MESSAGE = 1_000;

/**
 * A config that the API server let through and a pod didn't: it goes on with the one before, but would not start anew.
 *
 * @returns one problem at most, in the words of the first such pod
 */
export function rejectedConfig(key: string, context: PodCache & ReportSource): Problem[] {
  for (const { metadata } of livePodsOf(key, context)) {
    const error = context.reports.reportOf(metadata.uid ?? '')?.summary.config.error;
    if (error === undefined) continue;
    const message = `Pod ${metadata.name} rejected its configuration and keeps using the previous one: ${error}`;
    return [{ reason: 'ConfigRefused', message: message.slice(0, MAX_MESSAGE) }];
  }
  return [];
}
