import type { EventRecorder } from '../../kube/event-recorder.ts';
import type { ChildResult } from '../../runtime/apply-children.ts';
import type { Logger } from '../../runtime/logger.ts';
import { listed, type Problem } from '../problem.ts';
import { eventOf } from '../reasons.ts';
import type { PeerGroupObject } from '../resources.ts';

const CAUSES = { Created: 'Created', Changed: 'Updated' } as const;

/** Records changes and problems of a reconcile, each as a log line and an Event. */
export function recordResults(
  group: PeerGroupObject,
  results: readonly ChildResult[],
  problems: readonly Problem[],
  log: Logger,
  events: Pick<EventRecorder, 'record'>,
): void {
  const applied = results.filter((result) => result.type === 'Applied');
  for (const [cause, reason] of Object.entries(CAUSES)) {
    const children = applied
      .filter((result) => result.cause === cause)
      .map(({ child }) => `${child.kind} ${child.metadata.name}`);
    if (children.length === 0) continue;
    const note = `${reason} ${children.join(', ')}`;
    log.info({ reason, children }, note);
    events.record({ regarding: group, ...eventOf(reason), action: 'Apply', note });
  }
  for (const { child, drift } of applied) {
    if (drift === undefined) continue;
    const by = drift.manager === undefined ? '' : ` by ${drift.manager}`;
    const note = `Reverted changes made to ${child.kind} ${child.metadata.name}${by}: ${listed(drift.fields)}`;
    const event = eventOf('DriftRepaired');
    log.info({ reason: event.reason, children: [`${child.kind} ${child.metadata.name}`] }, note);
    events.record({ regarding: group, ...event, action: 'Apply', note });
  }
  for (const { reason, message } of problems) {
    log.warn({ reason }, message);
    events.record({ regarding: group, ...eventOf(reason), action: 'Apply', note: message });
  }
}
