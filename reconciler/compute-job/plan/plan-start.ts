import { attemptService } from '../../../constructs/gang-names.ts';
import { attemptHash } from '../resource/attempt-hash.ts';
import { changed, finding, REASON, timestamp } from '../resource/job-status.ts';
import type { JobPlan } from './decision.ts';
import type { JobView } from './input.ts';
import { needsGate } from './scheduling-gates.ts';

/** A new gang on the nodes that were chosen for it. */
export function planStart(view: JobView, attempt: number, nodes: readonly string[]): JobPlan {
  const { spec, status, now } = view;
  const message = `attempt ${attempt} has its ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`;
  const wasSuspended = status.conditions?.some(({ type, status }) => type === 'Suspended' && status === 'True');
  const findings = [
    finding('Scheduled', true, REASON.placed, message),
    ...(wasSuspended ? [finding('Suspended', false, 'Resumed', 'the job goes on')] : []),
  ];
  const serviceName = attemptService(view.name, attempt, view.uid);
  return {
    status: changed(
      view,
      {
        state: 'Pending',
        message: 'its pods are being started',
        attempt,
        attemptHash: attemptHash(spec),
        serviceName,
        nodes: [...nodes],
        activeNodes: [],
        summary: `0/${spec.parallelism}`,
        started: 0,
        completedIndexes: '',
        succeeded: 0,
        failed: status.failed ?? 0,
        scheduledTime: status.scheduledTime ?? timestamp(now),
        retryTime: undefined,
        position: undefined,
      },
      findings,
    ),
    remove: [],
    create: nodes.map((_, index) => index),
    gate: needsGate(spec, { serviceName }, nodes.length),
    // The pods that are created now are looked at from now on.
    lookAgainMs: 0,
    notes: [{ type: 'Normal', reason: REASON.placed, note: `Placed attempt ${attempt} on ${listed(nodes)}` }],
  };
}

/** The first few nodes by name, for a sentence. */
export function listed(nodes: readonly string[]): string {
  const more = nodes.length - 5;
  return more > 0 ? `${nodes.slice(0, 5).join(', ')} and ${more} more` : nodes.join(', ');
}
