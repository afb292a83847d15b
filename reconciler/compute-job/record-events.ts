import type { Logger } from '../runtime/logger.ts';
import type { ComputeJobContext } from './context.ts';
import type { JobDecision } from './plan/decision.ts';
import type { ComputeJobObject } from './resource/compute-job-object.ts';

/** Records and logs the Events of a decision whose status was just written, and counts the end of an attempt. */
export function recordEvents(
  job: ComputeJobObject,
  decision: JobDecision,
  log: Logger,
  { events, metrics }: Pick<ComputeJobContext, 'events' | 'metrics'>,
): void {
  for (const { type, reason, note } of decision.events) {
    events.record({ regarding: job, type, reason, action: 'Run', note });
    if (type === 'Warning') log.warn({ reason }, note);
    else log.info({ reason }, note);
  }
  if (decision.cause !== undefined) metrics.onEnded(decision.cause);
}
