import type { Logger } from '../runtime/logger.ts';
import type { ComputeJobContext } from './context.ts';
import type { JobPlan } from './plan/decision.ts';
import type { ComputeJobObject } from './resource/compute-job-object.ts';

/** Tells people what the plan that was just written down means for the job. */
export function recordNotes(
  job: ComputeJobObject,
  plan: JobPlan,
  log: Logger,
  { events, metrics }: ComputeJobContext,
): void {
  for (const { type, reason, note } of plan.notes) {
    events.record({ regarding: job, type, reason, action: 'Run', note });
    if (type === 'Warning') log.warn({ reason }, note);
    else log.info({ reason }, note);
  }
  if (plan.cause !== undefined) metrics.onEnded(plan.cause);
}
