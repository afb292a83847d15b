import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import { attemptService } from '../../../constructs/gang-names.ts';
import { attemptHash } from '../resource/attempt-hash.ts';
import { idleFields, timestamp, updateStatus, wasSuspended } from '../resource/job-status.ts';
import { finding, jobEvent } from '../resource/reasons.ts';
import { type JobDecision, statusOnly } from './decision.ts';
import type { JobInput } from './input.ts';
import { countNodes, listNodes } from './messages.ts';
import { needsGates } from './scheduling-gates.ts';

/** Starts a new gang on the nodes that were chosen for it. */
export function planStart(input: JobInput, attempt: number, nodes: readonly string[]): JobDecision {
  const { spec, status, now } = input;
  const findings = [
    finding('Scheduled', 'Placed', `attempt ${attempt} is placed on ${countNodes(nodes.length)}`),
    ...(wasSuspended(status) ? [finding('Suspended', 'Resumed', 'the job was resumed')] : []),
  ];
  const serviceName = attemptService(input.name, attempt, input.uid);
  const fields: Partial<ComputeJobStatus> = {
    ...idleFields(spec.parallelism),
    state: 'Pending',
    message: 'the pods are starting',
    attempt,
    attemptHash: attemptHash(spec),
    serviceName,
    nodes: [...nodes],
    started: 0,
    completedIndexes: '',
    succeeded: 0,
    failed: status.failed ?? 0,
    scheduledTime: status.scheduledTime ?? timestamp(now),
    retryTime: undefined,
    position: undefined,
  };
  return {
    ...statusOnly(updateStatus(input, fields, findings)),
    createIndexes: nodes.map((_, index) => index),
    gated: needsGates(spec, { serviceName }, nodes.length),
    // The pods that are created now are observed in the next reconcile.
    requeueAfterMs: 0,
    events: [jobEvent('Placed', `Placed attempt ${attempt} on ${listNodes(nodes)}`)],
  };
}
