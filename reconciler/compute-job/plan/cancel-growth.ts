import { formatDuration } from '../../../constructs/duration.ts';
import { timestamp, updateStatus } from '../resource/job-status.ts';
import { finding, jobEvent } from '../resource/reasons.ts';
import type { AttemptEnd, GangEnd } from './attempt-end.ts';
import { type JobDecision, statusOnly } from './decision.ts';
import type { JobInput } from './input.ts';
import { decideRestart } from './restart-policy.ts';

/** Whether the end concerns only pods by which a running gang was growing, and nothing that these pods have done. */
export function concernsGrowthOnly(end: AttemptEnd, { status: { started = 0 } }: JobInput): end is GangEnd {
  if (end.type !== 'Restart' || end.index === undefined || started === 0) return false;
  return end.index >= started && (end.cause === 'Infrastructure' || end.cause === 'Refusal');
}

/** Gives up the nodes by which a running gang was growing, and tries again later; the gang itself keeps running. */
export function cancelGrowth(input: JobInput, { message, avoid, cause }: GangEnd): JobDecision {
  const { status, spec, pods, now } = input;
  const { started = 0, nodes = [], failed = 0, disruptions = 0 } = status;
  const restart = decideRestart('Refusal', { failed, disruptions }, spec.backoffLimit, 0);
  const why = `running on ${started} of ${spec.parallelism} nodes; ${message}; retrying in ${formatDuration(restart.delayMs)}`;
  const fields = {
    nodes: nodes.slice(0, started),
    disruptions: restart.disruptions,
    retryTime: timestamp(now + restart.delayMs),
  };
  return {
    ...statusOnly(updateStatus(input, fields, [finding('Scheduled', 'WaitingToGrow', why)])),
    deletePods: pods
      .filter((pod) => pod.attempt === status.attempt && pod.index >= started && pod.stopBy === undefined)
      .map((pod) => ({ pod })),
    ...(avoid && { avoidNodes: avoid }),
    cause,
    requeueAfterMs: restart.delayMs,
    events: [jobEvent('WaitingToGrow', why)],
  };
}
