import type { GangPod } from '../pods/gang-pod.ts';
import { AVOID_NODE_MS } from '../queue/scheduler.ts';
import { type AttemptEnd, describePod, infrastructureEnd } from './attempt-end.ts';
import type { JobInput, Member } from './input.ts';
import { listNodes } from './messages.ts';

/** How long a pod may wait for the scheduler to bind it, a container may fail to be created, and a gang may be incomplete. */
export const READY_TIMEOUT_MS = 2 * 60_000;
/** How long a pod that is bound may wait for its volumes and its network. */
const SANDBOX_TIMEOUT_MS = 5 * 60_000;
/** How long it may take until its container runs: large images take their time. */
const START_TIMEOUT_MS = 30 * 60_000;

/** Pods that the scheduler has not bound in time. */
export function notBound({ now }: JobInput, members: readonly Member[]): AttemptEnd | undefined {
  const late = members.filter(({ pod }) => pod?.state.type === 'Unbound' && now - pod.unboundSince >= READY_TIMEOUT_MS);
  if (late.length === 0) return undefined;
  const avoid = late.map(({ node }) => node);
  const pods = late.length === 1 ? 'the pod for node' : 'the pods for nodes';
  const were = late.length === 1 ? 'was' : 'were';
  const message = `${pods} ${listNodes(avoid)} ${were} not bound within ${READY_TIMEOUT_MS / 60_000} minutes`;
  return { ...infrastructureEnd('NotBound', message, late[0]!.index), avoid };
}

/** A pod that is bound but whose container doesn't start: its volumes or its network can't be set up, or its node hangs. */
export function notStarted({ now }: JobInput, members: readonly Member[]): AttemptEnd | undefined {
  const late = members.find(({ pod }) => (startBy(pod) ?? now + 1) <= now);
  if (late?.pod === undefined) return undefined;
  const { index, node, pod } = late;
  const minutes = Math.round((now - pod.startingSince!) / 60_000);
  const message = `${describePod(pod.name, node)} did not start within ${minutes} minutes; node ${node} is avoided for ${AVOID_NODE_MS / 60_000} minutes`;
  return { ...infrastructureEnd('NotStarted', message, index), avoid: [node] };
}

/** When the container of a bound pod must run; undefined: it runs, is not bound yet, or another timeout applies. */
function startBy(pod: GangPod | undefined): number | undefined {
  if (pod?.startingSince === undefined || pod.state.type !== 'Starting') return undefined;
  if (pod.state.problem || pod.state.gated) return undefined;
  return pod.startingSince + (pod.state.noSandbox ? SANDBOX_TIMEOUT_MS : START_TIMEOUT_MS);
}

/** Milliseconds until the first timeout of the members; undefined: none is running. */
export function startTimeoutLeftMs(members: readonly Member[], now: number): number | undefined {
  const timeouts = members
    .flatMap(({ pod }) => [
      pod?.state.type === 'Unbound' ? pod.unboundSince + READY_TIMEOUT_MS : undefined,
      pod?.stuckSince === undefined ? undefined : pod.stuckSince + READY_TIMEOUT_MS,
      startBy(pod),
    ])
    .filter((time) => time !== undefined);
  return timeouts.length === 0 ? undefined : Math.min(...timeouts) - now;
}
