import { InvalidPeerGroupError } from '../../constructs/errors.ts';
import { isNamespaceTerminating } from '../kube/errors.ts';
import type { Rendered } from '../kube/object.ts';
import { applyChildren, type ChildResult } from '../runtime/apply-children.ts';
import type { ReconcileContext } from '../runtime/controller.ts';
import { type Outcome, SETTLED } from '../runtime/outcome.ts';
import type { Owner } from '../runtime/plan-children.ts';
import { type Announced, announceConfig } from './announce-config.ts';
import type { PeerGroupContext } from './context.ts';
import { deleteLeftovers } from './delete-leftovers.ts';
import { gateScaleDown } from './gate-scale-down.ts';
import { NAME_CONFLICT, type Problem, problemsOf } from './problem.ts';
import { recordResults } from './record-results.ts';
import { type RenderedGroup, withReplicas } from './render.ts';
import type { PeerGroupObject } from './resources.ts';
import { writeStatus } from './write-status.ts';

/** A taken name is looked at this often, in milliseconds: no watch of ours shows when it gets free. */
const NAME_CONFLICT_RETRY_MS = 5_000;

/** Brings one PeerGroup's children to what its spec asks for, and its status to what there is. */
export async function reconcilePeerGroup(
  key: string,
  pass: ReconcileContext,
  context: PeerGroupContext,
): Promise<Outcome> {
  const group = context.groups.get(key);
  if (group === undefined || group.metadata.deletionTimestamp !== undefined) return forget(key, context);

  const rendered = tryRender(group, context);
  if (rendered instanceof InvalidPeerGroupError) {
    await writeStatus(key, group, undefined, [{ reason: 'InvalidSpec', message: rendered.message }], context);
    return SETTLED;
  }

  const owner: Owner = { kind: group.kind, name: group.metadata.name, uid: group.metadata.uid ?? '' };
  const apply = (children: readonly Rendered[]) =>
    applyChildren(children, owner, context.children, wasNameTaken(group));

  const foundation = await apply(rendered.foundation);
  const announced = await announceConfig(key, rendered, foundation, context);
  const gate = gateScaleDown(key, rendered, context);
  const workload = stands(foundation) ? await apply(withReplicas(rendered, gate.replicas).workload) : [];
  const results = [...foundation, ...workload];
  if (results.some(isDoomed)) return SETTLED;
  if (stands(results)) await deleteLeftovers(key, owner, rendered, context);

  const problems = problemsOf(results);
  recordResults(group, results, problems, pass.log, context.events);
  // There is nothing to report of a StatefulSet that its controller has not seen yet, and others may wait for children.
  if (problems.length === 0 && results.some(isNewStatefulSet)) return { type: 'Later' };
  await writeStatus(key, group, rendered, problems, context);
  return outcome(problems, announced, gate.waitMs);
}

/** Nothing to do: what it owned is the garbage collector's. */
function forget(key: string, { reports, configs }: PeerGroupContext): Outcome {
  reports.forget(key);
  configs.forget(key);
  return SETTLED;
}

function tryRender(group: PeerGroupObject, { renders }: PeerGroupContext): RenderedGroup | InvalidPeerGroupError {
  try {
    return renders.render(group);
  } catch (error) {
    if (error instanceof InvalidPeerGroupError) return error;
    throw error;
  }
}

function wasNameTaken({ status }: PeerGroupObject): boolean {
  return status?.conditions?.some(({ reason }) => reason === NAME_CONFLICT) ?? false;
}

function stands(results: readonly ChildResult[]): boolean {
  return results.every(({ type }) => type === 'Kept' || type === 'Applied');
}

/** The namespace is going, and everything in it: neither an error nor anything that could be done. */
function isDoomed(result: ChildResult): boolean {
  return result.type === 'Refused' && isNamespaceTerminating(result.error);
}

function isNewStatefulSet(result: ChildResult): boolean {
  return result.type === 'Applied' && result.cause === 'Created' && result.child.kind === 'StatefulSet';
}

function outcome([problem]: readonly Problem[], announced: Announced, gateMs: number | undefined): Outcome {
  if (problem?.reason === NAME_CONFLICT) return { type: 'RequeueAfter', ms: NAME_CONFLICT_RETRY_MS };
  if (problem !== undefined) return { type: 'BackOff' };
  const ms = Math.min(announced.againInMs ?? Number.POSITIVE_INFINITY, gateMs ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(ms) ? { type: 'RequeueAfter', ms } : SETTLED;
}
