import { type JobEvent, jobEvent } from '../resource/reasons.ts';
import { activeStatus } from './active-status.ts';
import { cancelGrowth, concernsGrowthOnly } from './cancel-growth.ts';
import { deadlineLeftMs } from './deadline.ts';
import { type JobDecision, soonest } from './decision.ts';
import { detectEnd, isCausePending } from './detect-end.ts';
import { type JobInput, type Member, membersOf } from './input.ts';
import { countNodes } from './messages.ts';
import { recordEnd } from './record-end.ts';
import { growBackoffLeftMs, resize } from './resize.ts';
import { gatedPods, needsGates } from './scheduling-gates.ts';
import { startTimeoutLeftMs } from './start-timeouts.ts';
import { firstTolerationLeftMs } from './toleration-seconds.ts';

/** How often to check whether the nodes of a gang with a failed pod are alive. */
const CAUSE_POLL_MS = 1_000;

/** A job with an active attempt: it ends, or its pods are created and observed, and their number follows parallelism. */
export function planActive(input: JobInput): JobDecision {
  const members = membersOf(input);
  const end = detectEnd(input, members);
  if (end !== undefined) {
    return concernsGrowthOnly(end, input) ? cancelGrowth(input, end) : recordEnd(input, members, end);
  }
  const size = resize(input, members);
  const status = { ...input.status, nodes: [...size.nodes] };
  const present = membersOf({ status, pods: input.pods });
  const started = startedIndexes(input, present);
  const missing = present.filter(({ index, pod, completed }) => !pod && !completed && index >= started);
  const growBackoffMs = growBackoffLeftMs(input);
  return {
    status: activeStatus({ ...input, status }, present, started, size),
    deletePods: size.deletePods,
    createIndexes: missing.map(({ index }) => index),
    gated: needsGates(input.spec, status, missing.length),
    ungate: missing.length > 0 ? [] : gatedPods(present),
    ...(size.request && { request: size.request }),
    requeueAfterMs: soonest(
      deadlineLeftMs(status.scheduledTime, input.spec.activeDeadlineSeconds, input.now),
      startTimeoutLeftMs(present, input.now),
      firstTolerationLeftMs(input, present),
      isCausePending(input, present) ? CAUSE_POLL_MS : undefined,
      growBackoffMs > 0 ? growBackoffMs : undefined,
    ),
    events: [...size.events, ...startedEvents(input, started), ...incompleteEvents(input)],
  };
}

/** How many indexes have started. A gang starts together: none until all have. */
function startedIndexes({ status }: JobInput, members: readonly Member[]): number {
  const known = Math.min(status.started ?? 0, members.length);
  const all = members.every(({ pod, completed }) => completed || pod?.state.type === 'Running');
  return all ? members.length : known;
}

function startedEvents({ status }: JobInput, started: number): JobEvent[] {
  if (started === 0 || (status.started ?? 0) > 0) return [];
  return [jobEvent('Started', `Attempt ${status.attempt} is running on ${countNodes(started)}`)];
}

function incompleteEvents({ incomplete, status }: JobInput): JobEvent[] {
  if (incomplete === undefined) return [];
  return [jobEvent('GangIncomplete', `Attempt ${status.attempt} is incomplete: ${incomplete.message}`)];
}
