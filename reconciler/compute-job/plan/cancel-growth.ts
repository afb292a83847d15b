import { formatDuration } from '../../../constructs/duration.ts';
import { changed, finding, REASON, timestamp } from '../resource/job-status.ts';
import { type JobPlan, justStatus } from './decision.ts';
import type { AttemptEnd } from './detect-end.ts';
import type { JobView } from './input.ts';
import { gangRestart } from './restart-policy.ts';

type Restart = Extract<AttemptEnd, { readonly type: 'Restart' }>;

/** Whether what ends the attempt concerns only pods by which a running gang was to grow, and nothing that they have done. */
export function isOfGrowth(end: AttemptEnd, { status: { started = 0 } }: JobView): end is Restart {
  if (end.type !== 'Restart' || end.index === undefined || started === 0) return false;
  return end.index >= started && (end.cause === 'Infrastructure' || end.cause === 'Refusal');
}

/** Takes back the nodes that a running gang was to grow by, and tries again later; the gang itself runs on. */
export function planRetreat(view: JobView, { message, avoid, cause }: Restart): JobPlan {
  const { status, spec, pods, now } = view;
  const { started = 0, nodes = [], failed = 0, disruptions = 0 } = status;
  const restart = gangRestart('Refusal', { failed, disruptions }, spec.backoffLimit, 0);
  const words = `runs on ${started} of ${spec.parallelism} nodes; ${message}; tries again in ${formatDuration(restart.delayMs)}`;
  const fields = {
    nodes: nodes.slice(0, started),
    disruptions: restart.disruptions,
    retryTime: timestamp(now + restart.delayMs),
  };
  return {
    ...justStatus(changed(view, fields, [finding('Scheduled', false, REASON.growing, words)])),
    remove: pods
      .filter((pod) => pod.attempt === status.attempt && pod.index >= started && pod.stopBy === undefined)
      .map((pod) => ({ pod })),
    ...(avoid && { avoid }),
    cause,
    lookAgainMs: restart.delayMs,
    notes: [{ type: 'Warning', reason: REASON.growing, note: words }],
  };
}
