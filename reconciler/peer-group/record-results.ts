import type { EventRecorder } from '../kube/event-recorder.ts';
import type { ChildResult } from '../runtime/apply-children.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Problem } from './problem.ts';
import type { PeerGroupObject } from './resources.ts';

/** Tells people what a pass did and what it could not do: a log line each, and an Event for what matters to the user. */
export function recordResults(
  group: PeerGroupObject,
  results: readonly ChildResult[],
  problems: readonly Problem[],
  log: Logger,
  events: EventRecorder,
): void {
  const applied = results.filter((result) => result.type === 'Applied');
  for (const { child, cause } of applied) {
    log.info({ child: `${child.kind}/${child.metadata.name}`, cause }, `Applied ${child.kind} ${child.metadata.name}`);
  }
  for (const cause of ['Created', 'Changed', 'Drifted'] as const) {
    const children = applied
      .filter((result) => result.cause === cause)
      .map(({ child }) => `${child.kind} ${child.metadata.name}`);
    if (children.length === 0) continue;
    events.record({
      regarding: group,
      type: 'Normal',
      reason: REASONS[cause],
      action: 'Apply',
      note: `${SENTENCES[cause]} ${children.join(', ')}`,
    });
  }
  for (const { reason, message } of problems) {
    log.warn({ reason }, message);
    events.record({ regarding: group, type: 'Warning', reason, action: 'Apply', note: message });
  }
}

const REASONS = { Created: 'Created', Changed: 'Updated', Drifted: 'DriftRepaired' } as const;
const SENTENCES = { Created: 'Created', Changed: 'Updated', Drifted: 'Put back what was changed in' } as const;
