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
  if (plan.action === 'Create' && lookFirst) plan = await lookAtServer(child, owner, kind, context);
  try {
    return await carryOut(plan, kind, context);
  } catch (error) {
    if (isRefusal(error)) return { type: 'Refused', child, error };
    if (!isConflict(error)) throw error;
    // Either the cache is behind, or the name belongs to somebody that our watch doesn't select.
    const seen = await lookAtServer(child, owner, kind, context);
    if (seen.action === 'Create') throw error;
    return carryOut(seen, kind, context);
  }
}

/** Plans anew with the object as the API server has it now. */
async function lookAtServer(
  child: Rendered,
  owner: Owner,
  { type, cache }: ChildKind,
  { client }: ApplyContext,
): Promise<ChildPlan> {
  try {
    const object = await client.get<KubeObject>(type, child.metadata);
    return planChild(child, controllerOf(object)?.uid === owner.uid ? cache.overlay(object) : object, owner);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const cached = cache.get(keyOf(child));
    if (cached !== undefined) cache.forget(cached);
    return planChild(child, undefined, owner);
  }
}

async function carryOut(plan: ChildPlan, { type, cache }: ChildKind, context: ApplyContext): Promise<ChildResult> {
  const { child } = plan;
  const key = keyOf(child);
  const { client, fieldManager, noOps } = context;
  switch (plan.action) {
    case 'Keep':
      return { type: 'Kept', child, object: cache.get(key) ?? child };
    case 'Await':
      return { type: 'Awaited', child };
    case 'Conflict':
      return { type: 'NameConflict', child };
    case 'Create': {
      const object = await cache.write(key, () => client.createByApply(type, child, { fieldManager }));
      return { type: 'Applied', child, object, cause: 'Created' };
    }
    case 'Update': {
      const before = cache.get(key);
      if (before !== undefined && noOps.has(before, child)) return { type: 'Kept', child, object: before };
      const uid = before?.metadata.uid;
      const target = uid === undefined ? child : { ...child, metadata: { ...child.metadata, uid } };
      const object = await cache.write(key, () => client.apply(type, target, { fieldManager }));
      if (before !== undefined && object.metadata.resourceVersion === before.metadata.resourceVersion) {
        noOps.remember(before, child);
        return { type: 'Kept', child, object };
      }
      return { type: 'Applied', child, object, cause: plan.cause };
    }
  }
}
