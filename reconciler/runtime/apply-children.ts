import type { Cache } from '../kube/cache.ts';
import type { KubeClient } from '../kube/client.ts';
import { type ApiStatusError, isConflict, isNotFound, isRefusal } from '../kube/errors.ts';
import { controllerOf, type KubeObject, keyOf, type Rendered } from '../kube/object.ts';
import type { ResourceType } from '../kube/resource-type.ts';
import type { NoOpMemory } from './no-op-memory.ts';
import { type ChildPlan, type Owner, planChild } from './plan-children.ts';

/** What became of one child. */
export type ChildResult =
  | { readonly type: 'Kept'; readonly child: Rendered; readonly object: KubeObject }
  | {
      readonly type: 'Applied';
      readonly child: Rendered;
      readonly object: KubeObject;
      readonly cause: 'Created' | 'Changed' | 'Drifted';
    }
  | { readonly type: 'Awaited'; readonly child: Rendered }
  | { readonly type: 'NameConflict'; readonly child: Rendered }
  | { readonly type: 'Refused'; readonly child: Rendered; readonly error: ApiStatusError };

/** One kind of children: where it lives and what we know of it. */
export interface ChildKind {
  readonly type: ResourceType;
  readonly cache: Cache<KubeObject>;
}

export interface ApplyContext {
  readonly client: KubeClient;
  readonly fieldManager: string;
  /** By kind, such as `ConfigMap`. */
  readonly kinds: ReadonlyMap<string, ChildKind>;
  readonly noOps: NoOpMemory;
}

/**
 * Brings the children to what was rendered, one after the other in the order given.
 *
 * What the API server refuses is a result, so that it holds up none of the others; what failed on the way to it is thrown.
 *
 * @param lookFirst ask for a missing child before creating it: where a name was taken last time, so that waiting for it
 *   costs no writes
 */
export async function applyChildren(
  children: readonly Rendered[],
  owner: Owner,
  context: ApplyContext,
  lookFirst: boolean,
): Promise<ChildResult[]> {
  const results: ChildResult[] = [];
  for (const child of children) {
    const kind = context.kinds.get(child.kind);
    if (kind === undefined) throw new TypeError(`no cache watches children of kind ${child.kind}`);
    results.push(await applyChild(child, owner, kind, context, lookFirst));
  }
  return results;
}

async function applyChild(
  child: Rendered,
  owner: Owner,
  kind: ChildKind,
  context: ApplyContext,
  lookFirst: boolean,
): Promise<ChildResult> {
  const key = keyOf(child);
  let plan = planChild(child, kind.cache.get(key), owner);
  if (plan.action === 'Create' && lookFirst) plan = await lookAtServer(plan, owner, kind, context);
  try {
    return await carryOut(plan, kind, context);
  } catch (error) {
    if (isRefusal(error)) return { type: 'Refused', child, error };
    if (!isConflict(error) || plan.action !== 'Create') throw error;
    // Either the cache is behind, or the name belongs to somebody that our watch doesn't select.
    const seen = await lookAtServer(plan, owner, kind, context);
    if (seen.action === 'Create') throw error;
    return carryOut(seen, kind, context);
  }
}

/** Plans anew with the object as the API server has it now. */
async function lookAtServer(
  plan: ChildPlan,
  owner: Owner,
  kind: ChildKind,
  { client }: ApplyContext,
): Promise<ChildPlan> {
  try {
    const object = await client.get<KubeObject>(kind.type, plan.child.metadata);
    if (controllerOf(object)?.uid === owner.uid) kind.cache.overlay(object);
    return planChild(plan.child, object, owner);
  } catch (error) {
    if (isNotFound(error)) return plan;
    throw error;
  }
}

async function carryOut(plan: ChildPlan, kind: ChildKind, context: ApplyContext): Promise<ChildResult> {
  const { child } = plan;
  const { client, fieldManager, noOps } = context;
  switch (plan.action) {
    case 'Keep':
      return { type: 'Kept', child, object: kind.cache.get(keyOf(child)) ?? child };
    case 'Await':
      return { type: 'Awaited', child };
    case 'Conflict':
      return { type: 'NameConflict', child };
    case 'Create': {
      const answer = await client.createByApply<KubeObject>(kind.type, child, { fieldManager });
      return { type: 'Applied', child, object: kind.cache.overlay(answer), cause: 'Created' };
    }
    case 'Update': {
      const before = kind.cache.get(keyOf(child));
      if (before !== undefined && noOps.has(before, child)) return { type: 'Kept', child, object: before };
      const uid = before?.metadata.uid;
      const target = uid === undefined ? child : { ...child, metadata: { ...child.metadata, uid } };
      const answer = await client.apply<KubeObject>(kind.type, target, { fieldManager });
      if (before !== undefined && answer.metadata.resourceVersion === before.metadata.resourceVersion) {
        noOps.remember(before, child);
        return { type: 'Kept', child, object: before };
      }
      return { type: 'Applied', child, object: kind.cache.overlay(answer), cause: plan.cause };
    }
  }
}
