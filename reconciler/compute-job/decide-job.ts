import type { ComputeJobContext } from './context.ts';
import { type JobDecision, statusOnly } from './plan/decision.ts';
import type { JobInput } from './plan/input.ts';
import { planJob } from './plan/plan-job.ts';
import type { Admission } from './pods/admission.ts';
import { admittedRequests } from './pods/dry-run.ts';
import { attemptHash } from './resource/attempt-hash.ts';
import type { ComputeJobObject } from './resource/compute-job-object.ts';

/**
 * Decides what to do for a job. If it needs nodes, asks admission what its pods would request, then the scheduler for nodes, and
 * decides again with their answers. A new gang whose pods would not be admitted doesn't enter the queue.
 */
export function decideJob(job: ComputeJobObject, input: JobInput, context: ComputeJobContext): JobDecision {
  const decision = planJob(input);
  const { request } = decision;
  if (request === undefined) return decision;
  const admission = admissionOf(job, input, request.attempt, request.key, context);
  if (request.firstIndex === 0) {
    if (admission.type === 'Asking') return { ...statusOnly(decision.status), events: decision.events };
    if (admission.type === 'Invalid') return planJob({ ...input, invalidPod: admission.message });
    if (admission.type === 'Rejected') return planJob({ ...input, dryRunRejection: admission });
  }
  const requests = admission.type === 'Admitted' ? admission.requests : request.requests;
  context.scheduler.submit({ ...request, requests });
  return planJob({ ...input, requests, assignment: context.scheduler.assignment(request) });
}

function admissionOf(
  job: ComputeJobObject,
  { spec, namespace }: JobInput,
  attempt: number,
  key: string,
  context: ComputeJobContext,
): Admission {
  const shape = JSON.stringify([namespace, attemptHash(spec), spec.parallelism > 1]);
  return context.admissions.of(shape, key, () => admittedRequests(job, attempt, context));
}
