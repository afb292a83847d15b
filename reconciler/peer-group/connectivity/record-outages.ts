import type { EventRecorder } from '../../kube/event-recorder.ts';
import { eventOf } from '../reasons.ts';
import type { PeerGroupObject } from '../resources.ts';
import type { OutageResult } from './outages.ts';

/** An Event for every outage that starts or ends. */
export function recordOutages(
  group: PeerGroupObject,
  { opened, closed }: OutageResult,
  events: Pick<EventRecorder, 'record'>,
): void {
  for (const { from, to, start, reason } of opened) {
    const note = `${from} has not reached ${to} since ${start}: ${reason}`;
    events.record({ regarding: group, ...eventOf('LinkDown'), action: 'Observe', note });
  }
  for (const { from, to, start, end, reason } of closed) {
    const seconds = Math.round((Date.parse(end ?? start) - Date.parse(start)) / 1_000);
    const note = `${from} reached ${to} again after ${seconds} s (${reason})`;
    events.record({ regarding: group, ...eventOf('LinkUp'), action: 'Observe', note });
  }
}
