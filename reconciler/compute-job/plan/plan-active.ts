import { scheduledMessage } from '../queue/waiting-message.ts';
import { formatIndexes } from '../resource/index-set.ts';
import { changed, finding, REASON, timestamp } from '../resource/job-status.ts';
import { isOfGrowth, planRetreat } from './cancel-growth.ts';
import { deadlineLeftMs } from './deadline.ts';
import { type GangAsk, type JobNote, type JobPlan, type Removal, soonest } from './decision.ts';
import { attemptEnd, isBlamePending, patienceLeftMs } from './detect-end.ts';
import { type GangPod, type JobView, type Member, membersOf, waitingJob } from './input.ts';
import { listed } from './plan-start.ts';
import { planEnd } from './record-end.ts';
import { gatedPods, needsGate } from './scheduling-gates.ts';
import { nodePatienceLeftMs } from './toleration-seconds.ts';

/** How often it is asked whether the nodes of a gang with a failed pod are alive. */
const BLAME_PAUSE_MS = 1_000;

/** A job whose attempt goes on: its pods are created, watched, and made more or fewer as parallelism says. */
export function planLive(view: JobView): JobPlan {
  const members = membersOf(view);
  const end = attemptEnd(view, members);
  if (end !== undefined) return isOfGrowth(end, view) ? planRetreat(view, end) : planEnd(view, members, end);

  const size = resize(view, members);
  const status = { ...view.status, nodes: [...size.nodes] };
  const present = membersOf({ status, pods: view.pods });
  const started = startedIndexes(view, present);
  const missing = present.filter(({ index, pod, completed }) => !pod && !completed && index >= started);
  return {
    status: liveStatus({ ...view, status }, present, started, size),
    remove: size.remove,
    create: missing.map(({ index }) => index),
    gate: needsGate(view.spec, status, missing.length),
    ungate: missing.length > 0 ? [] : gatedPods(present),
    ...(size.ask && { ask: size.ask }),
    lookAgainMs: soonest(
      deadlineLeftMs(status.scheduledTime, view.spec.activeDeadlineSeconds, view.now),
      patienceLeftMs(present, view.now),
      nodePatienceLeftMs(view, present),
      isBlamePending(view, present) ? BLAME_PAUSE_MS : undefined,
      backoffLeftMs(view) > 0 ? backoffLeftMs(view) : undefined,
    ),
    notes: [...size.notes, ...startedNotes(view, started), ...incompleteNotes(view)],
  };
}

interface Size {
  readonly nodes: readonly string[];
  readonly remove: readonly Removal[];
  readonly ask?: GangAsk;
  readonly notes: readonly JobNote[];
}

/** Brings the number of nodes to parallelism: fewer at once, more when all that are missing can be had. */
function resize(view: JobView, members: readonly Member[]): Size {
  const { spec, status, pods, assignment } = view;
  const nodes = status.nodes ?? [];
  const surplus = pods.filter(
    (pod) => pod.attempt === status.attempt && pod.index >= Math.min(nodes.length, spec.parallelism),
  );
  const remove = surplus.flatMap((pod) => removal(pod, view));
  if (spec.parallelism < nodes.length) {
    const note = `Shrunk from ${nodes.length} to ${spec.parallelism} nodes`;
    return { nodes: nodes.slice(0, spec.parallelism), remove, notes: [{ type: 'Normal', reason: 'Shrunk', note }] };
  }
  // A pod of a former, wider gang has the name that the new pod of its index will need.
  if (spec.parallelism === nodes.length || surplus.length > 0) return { nodes, remove, notes: [] };
  if (backoffLeftMs(view) > 0) return { nodes, remove, notes: [] };
  if (assignment !== undefined) {
    const note = `Grown from ${nodes.length} to ${spec.parallelism} nodes by ${listed(assignment)}`;
    return { nodes: [...nodes, ...assignment], remove, notes: [{ type: 'Normal', reason: 'Grown', note }] };
  }
  const ask: GangAsk = {
    attempt: status.attempt ?? 0,
    from: nodes.length,
    count: spec.parallelism - nodes.length,
    preferred: [],
    avoided: members.map(({ node }) => node),
  };
  return { nodes, remove, ask, notes: [] };
}

/** Milliseconds until it may try again to grow. */
function backoffLeftMs({ status, now }: JobView): number {
  return status.retryTime === undefined ? 0 : Date.parse(status.retryTime) - now;
}

function removal(pod: GangPod, { nodeFailed }: JobView): Removal[] {
  // On a node that doesn't answer it would keep its name for ever.
  if (nodeFailed(pod.node)) return [{ pod, graceSeconds: 0 }];
  return pod.stopBy === undefined ? [{ pod }] : [];
}

/** How many indexes have started: once all that there are have; a gang starts together. */
function startedIndexes({ status }: JobView, members: readonly Member[]): number {
  const known = Math.min(status.started ?? 0, members.length);
  const all = members.every(({ pod, completed }) => completed || pod?.outcome.type === 'Running');
  return all ? members.length : known;
}

function liveStatus(view: JobView, members: readonly Member[], started: number, size: Size) {
  const { spec, status, now } = view;
  const running = members.filter(({ pod, completed }) => !completed && pod?.outcome.type === 'Running');
  const completed = members.filter((member) => member.completed);
  const starts = members.map(({ pod }) => pod?.started).filter((time) => time !== undefined);
  const startTime = started === 0 ? undefined : timestamp(starts.length > 0 ? Math.max(...starts) : now);
  const summary = `${running.length + completed.length}/${spec.parallelism}`;
  return changed(
    view,
    {
      state: started > 0 ? 'Running' : 'Pending',
      message: message(view, members, started, running.length, completed.length),
      summary,
      activeNodes: running.map(({ node }) => node),
      started,
      startTime: status.startTime ?? startTime,
      retryTime: started === spec.parallelism ? undefined : status.retryTime,
      completedIndexes: formatIndexes(completed.map(({ index }) => index)),
      succeeded: completed.length,
    },
    [scheduled(view, size)],
  );
}

function message(
  { incomplete }: JobView,
  members: readonly Member[],
  started: number,
  running: number,
  completed: number,
): string {
  const done = completed > 0 ? `, ${completed} succeeded` : '';
  if (started > 0) return `runs on ${running} ${running === 1 ? 'node' : 'nodes'}${done}`;
  if (incomplete) return incomplete.message;
  const problem = members
    .map(({ pod }) => pod?.outcome)
    .find((outcome) => outcome?.type === 'Starting' && outcome.problem);
  const why = problem?.type === 'Starting' ? `: ${problem.problem}` : '';
  return `${running + completed} of ${members.length} pods have started${why}`;
}

function scheduled(view: JobView, { nodes, ask }: Size) {
  const { wait, spec, status } = view;
  if (spec.parallelism <= nodes.length) {
    const count = `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`;
    const lacks = view.incomplete ? `, but not all of its pods: ${view.incomplete.message}` : '';
    return finding('Scheduled', true, REASON.placed, `attempt ${status.attempt} has its ${count}${lacks}`);
  }
  if (!ask && status.retryTime !== undefined) return finding('Scheduled', false, REASON.growing, lastWords(status));
  const why = ask && wait ? scheduledMessage(wait, waitingJob(view)) : 'pods of the wider gang have yet to stop';
  return finding('Scheduled', false, REASON.growing, `runs on ${nodes.length} of ${spec.parallelism} nodes; ${why}`);
}

function startedNotes({ status }: JobView, started: number): JobNote[] {
  if (started === 0 || (status.started ?? 0) > 0) return [];
  return [{ type: 'Normal', reason: 'Started', note: `Attempt ${status.attempt} runs on ${started} nodes` }];
}

function incompleteNotes({ incomplete, status }: JobView): JobNote[] {
  if (incomplete === undefined) return [];
  const note = `Attempt ${status.attempt} is incomplete: ${incomplete.message}`;
  return [{ type: 'Warning', reason: 'GangIncomplete', note }];
}

/** What was said when it last failed to grow. */
function lastWords({ conditions = [] }: JobView['status']): string {
  return conditions.find(({ type }) => type === 'Scheduled')?.message ?? '';
}
