import { livePodsOf, type PodCache } from '../children/lookups.ts';
import type { Problem } from '../problem.ts';
import type { ReportSource } from '../report.ts';

/** Maximum length of a pod's message, in characters. */
const MAX_MESSAGE = 1_000;

/**
 * A config that the API server accepted and a pod rejected: the pod keeps using the previous one, but could not start again.
 *
 * @returns at most one problem, with the message of the first such pod
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
