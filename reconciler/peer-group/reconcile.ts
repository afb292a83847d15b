import { InvalidPeerGroupError } from '../../constructs/errors.ts';
import type { Cache } from '../kube/cache.ts';
import type { KubeClient } from '../kube/client.ts';
import { ApiStatusError, isNamespaceTerminating } from '../kube/errors.ts';
import { type ApplyConfiguration, keyOf, splitKey } from '../kube/object.ts';
import { applyChildren, type ChildResult } from '../runtime/apply-children.ts';
import { completedObject, REREAD_MS } from '../runtime/completed-object.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Owner } from '../runtime/plan-children.ts';
import { DONE, type ReconcileResult } from '../runtime/reconcile-result.ts';
import { type DeleteLeftoversContext, deleteLeftovers } from './children/delete-leftovers.ts';
import { type LimitsContext, limitsOf } from './children/limits.ts';
import { livePodsOf } from './children/lookups.ts';
import { withReplicas } from './children/render.ts';
import type { RenderMemo } from './children/render-memo.ts';
import type { ReportCollector } from './collect/report-collector.ts';
import { type NotifyContext, notifyPods } from './config-delivery/notify-pods.ts';
import { rejectedConfig } from './config-delivery/rejected-config.ts';
import { type GatherInputsContext, gatherInputs } from './inputs/gather-inputs.ts';
import { groupsOf } from './inputs/groups-of.ts';
import { tooManyPeers } from './inputs/peer-count.ts';
import { completedOrError } from './inputs/try-complete.ts';
import { findPodProblems, type PodProblemsContext } from './pods/find-pod-problems.ts';
import { contestProblems, type Problem, partialProblems, problemsOf } from './problem.ts';
import { PEER_GROUPS, type PeerGroupObject } from './resources.ts';
import { limitScaleDown, type ScaleDownContext } from './rollout/scale-down.ts';
import { limitUpgrade, type UpgradeContext } from './rollout/upgrade.ts';
import { recordResults } from './status/record-results.ts';
import { type WriteStatusContext, writeStatus } from './status/write-status.ts';
import { ensureGroupTls, type GroupTlsContext } from './tls/group-tls.ts';

/** How often to check whether a name is free again, in milliseconds: no watch shows it. */
const NAME_CONFLICT_RETRY_MS = 5_000;

/** Dependencies of the steps of a reconcile; each step declares its own. */
export type PeerGroupContext = GatherInputsContext &
  GroupTlsContext &
  UpgradeContext &
  LimitsContext &
  NotifyContext &
  ScaleDownContext &
  DeleteLeftoversContext &
  PodProblemsContext &
  WriteStatusContext & {
    readonly client: Pick<KubeClient, 'list'>;
    readonly groups: Pick<Cache<PeerGroupObject>, 'isPartial' | 'complete'>;
    readonly renders: Pick<RenderMemo, 'render'>;
    readonly reports: Pick<ReportCollector, 'follow'>;
    /** State of single groups by key, to be dropped when a group is deleted. */
    readonly memories: readonly { forget(key: string): void }[];
  };

/** Reconciles one PeerGroup: its children with its spec, and its status with the cluster. */
export async function reconcilePeerGroup(
  key: string,
  log: Logger,
  context: PeerGroupContext,
): Promise<ReconcileResult> {
  const cached = context.groups.get(key);
  if (cached === undefined) return forget(key, context);
  const group = await completedObject(cached, PEER_GROUPS, context.groups, context.client);
  if (group.metadata.deletionTimestamp !== undefined) {
    // A finalizer of another controller may take long.
    const settled = await forget(key, context);
    await writeStatus(key, group, undefined, [], context);
    return settled;
  }

  const spec = completedOrError(group);
  if (spec instanceof InvalidPeerGroupError) {
    return reportRejected(key, group, group.rejected ?? { reason: 'InvalidSpec', message: spec.message }, log, context);
  }
  const tls = await ensureGroupTls(group, spec, context);
  const gathered = await gatherInputs(group, spec, context);
  const tooMany = tooManyPeers(spec, gathered.inputs);
  if (tooMany !== undefined) return reportRejected(key, group, tooMany, log, context);
  const upgrade = limitUpgrade(group, context);
  const rendered = context.renders.render(group, upgrade.image, gathered.inputs);
  const limits = limitsOf(rendered, context);

  const { apiVersion, kind, metadata } = group;
  const owner: Owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '' };
  const apply = (children: readonly ApplyConfiguration[]) =>
    applyChildren(children.filter(limits.admits), owner, context.children, wasNameTaken(group));

  const foundation = await apply(rendered.foundation);
  context.reports.follow(key, livePodsOf(key, context), tls.policy);
  const notified = await notifyPods(key, rendered, tls, foundation, context);
  const scaleDown = limitScaleDown(key, rendered, context);
  const workload = allApplied(foundation) ? await apply(withReplicas(rendered, scaleDown.replicas).workload) : [];
  const results = [...foundation, ...workload];
  if (results.some(namespaceTerminating)) return DONE;
  const undeleted = allApplied(results) ? await deleteLeftovers(key, owner, rendered, context) : [];

  const rejected = [...problemsOf(results), ...notified.problems, ...rejectedConfig(key, context), ...undeleted];
  const blocking = [
    ...rejected,
    ...partialProblems(results, context.children.kinds),
    ...tls.problems,
    ...gathered.problems,
    ...limits.problems,
  ];
  const pods = await findPodProblems(group, context);
  const problems = [...blocking, ...contestProblems(results), ...pods.problems];
  recordResults(group, results, problems, log, context.events);
  // A new workload has no status yet, and other keys may wait for their children.
  if (problems.length === 0 && results.some(isNewWorkload)) return { type: 'Requeue' };
  const againInMs = await writeStatus(key, group, rendered, problems, context);
  const waits = [notified.againInMs, scaleDown.waitMs, upgrade.againInMs, pods.againInMs, againInMs];
  // Contests and pod problems have their own intervals: an immediate retry would not help.
  return outcome(blocking, [...waits, ...results.map(contestMs)]);
}

/** Children are not updated. The Event is for objects whose status the API server would reject. */
async function reportRejected(
  key: string,
  group: PeerGroupObject,
  problem: Problem,
  log: Logger,
  context: PeerGroupContext,
): Promise<ReconcileResult> {
  recordResults(group, [], [problem], log, context.events);
  try {
    const ms = await writeStatus(key, group, undefined, [problem], context);
    if (problem.reason === 'NamespaceTooLarge')
      return { type: 'RequeueAfter', ms: Math.min(ms ?? REREAD_MS, REREAD_MS) };
    return ms === undefined ? DONE : { type: 'RequeueAfter', ms };
  } catch (error) {
    if (!(error instanceof ApiStatusError)) throw error;
    log.warn(`The status was rejected: ${error.message}`);
    return { type: 'RequeueRateLimited' };
  }
}

/** The garbage collector deletes its children; the operator updates what it shared with other groups. */
async function forget(key: string, context: PeerGroupContext): Promise<ReconcileResult> {
  for (const memory of context.memories) memory.forget(key);
  const { tls } = context;
  const namespace = splitKey(key).namespace ?? '';
  const others = groupsOf(namespace, context);
  if (tls.get(namespace) !== undefined && others.length === 0) await tls.ensure(namespace, [], () => false);
  for (const other of others) context.requeue(keyOf(other));
  return DONE;
}

function wasNameTaken({ status }: PeerGroupObject): boolean {
  return status?.conditions?.some(({ reason }) => reason === 'NameConflict') ?? false;
}

function allApplied(results: readonly ChildResult[]): boolean {
  return results.every(({ type }) => type === 'Unchanged' || type === 'Applied');
}

/** The namespace is being deleted with everything in it, which is not an error. */
function namespaceTerminating(result: ChildResult): boolean {
  return result.type === 'Rejected' && isNamespaceTerminating(result.error);
}

function contestMs(result: ChildResult): number | undefined {
  return 'contest' in result ? result.contest?.againInMs : undefined;
}

function isNewWorkload(result: ChildResult): boolean {
  const { kind } = result.child;
  return result.type === 'Applied' && result.cause === 'Created' && (kind === 'StatefulSet' || kind === 'DaemonSet');
}

function outcome([problem]: readonly Problem[], waits: readonly (number | undefined)[]): ReconcileResult {
  const due = waits.filter((wait) => wait !== undefined);
  if (problem?.reason === 'NameConflict') {
    return { type: 'RequeueAfter', ms: Math.min(NAME_CONFLICT_RETRY_MS, ...due) };
  }
  const soonest = due.length > 0 ? Math.min(...due) : undefined;
  if (problem !== undefined) return { type: 'RequeueRateLimited', ...(soonest !== undefined && { atMostMs: soonest }) };
  return soonest === undefined ? DONE : { type: 'RequeueAfter', ms: soonest };
}
