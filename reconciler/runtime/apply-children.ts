import type { Cache, CacheEvent } from '../kube/cache.ts';
import type { KubeClient } from '../kube/client.ts';
import { type DriftedField, driftOf } from '../kube/drift.ts';
import { ApiStatusError, isConflict, isNotFound, isRejection } from '../kube/errors.ts';
import { appliedFields, hasReplacer, otherOwner, REPLACER } from '../kube/managed-fields.ts';
import { type ApplyConfiguration, controllerOf, type KubeObject, keyOf } from '../kube/object.ts';
import { entriesToReplace } from '../kube/replace-entries.ts';
import type { ResourceType } from '../kube/resource-type.ts';
import type { Contest, FieldContests } from './field-contests.ts';
import type { NoOpApplies } from './no-op-applies.ts';
import { type ChildPlan, type Owner, planChild } from './plan-children.ts';

/** What became of one child. */
export type ChildResult =
  | {
      readonly type: 'Unchanged';
      readonly child: ApplyConfiguration;
      readonly object: KubeObject;
      readonly contest?: Contest;
    }
  | {
      readonly type: 'Applied';
      readonly child: ApplyConfiguration;
      readonly object: KubeObject;
      readonly cause: 'Created' | 'Changed' | 'Drifted';
      readonly drift?: Drift;
      readonly contest?: Contest;
    }
  | { readonly type: 'Terminating'; readonly child: ApplyConfiguration }
  | { readonly type: 'NameConflict'; readonly child: ApplyConfiguration }
  | { readonly type: 'Rejected'; readonly child: ApplyConfiguration; readonly error: ApiStatusError };

/** What somebody else did to a child. */
export interface Drift {
  /** Paths of the fields. */
  readonly fields: readonly string[];
  /** Their field manager; undefined where they only removed fields. */
  readonly manager: string | undefined;
}

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
  readonly noOps: NoOpApplies;
  readonly contests: FieldContests;
}

/** Handles an event of a child: what is remembered of it ends with it. */
export function forgetDeleted({ object, deleted }: CacheEvent<KubeObject>, { noOps, contests }: ApplyContext): void {
  if (!deleted) return;
  noOps.delete(object);
  contests.forget(object.metadata.uid ?? '');
}

/**
 * Brings the children to what was rendered, one after the other in the order given.
 *
 * A rejection by the API server is a result, so that it does not block the other children; any other failure is thrown.
 *
 * @param getFirst get a child that is not cached before creating it: if its name was taken last time, so that waiting for it
 *   costs no writes
 */
export async function applyChildren(
  children: readonly ApplyConfiguration[],
  owner: Owner,
  context: ApplyContext,
  getFirst: boolean,
): Promise<ChildResult[]> {
  const results: ChildResult[] = [];
  for (const child of children) {
    const kind = context.kinds.get(child.kind);
    if (kind === undefined) throw new TypeError(`no cache watches children of kind ${child.kind}`);
    results.push(await applyChild(child, owner, kind, context, getFirst));
  }
  return results;
}

async function applyChild(
  child: ApplyConfiguration,
  owner: Owner,
  kind: ChildKind,
  context: ApplyContext,
  getFirst: boolean,
): Promise<ChildResult> {
  const key = keyOf(child);
  let plan = planChild(child, kind.cache.get(key), owner, context.fieldManager);
  if ((plan.action === 'Create' && getFirst) || kind.cache.isPartial(key))
    plan = await planFromServer(child, owner, kind, context);
  try {
    return await execute(plan, kind, context);
  } catch (error) {
    if (isRejection(error)) return { type: 'Rejected', child, error };
    if (!isConflict(error)) throw error;
    // Either the cache is behind, or the name belongs to somebody that our watch doesn't select.
    const seen = await planFromServer(child, owner, kind, context);
    if (seen.action === 'Create') throw error;
    return execute(seen, kind, context);
  }
}

/** Plans with the object as the API server has it now. */
async function planFromServer(
  child: ApplyConfiguration,
  owner: Owner,
  { type, cache }: ChildKind,
  { client, fieldManager }: ApplyContext,
): Promise<ChildPlan> {
  try {
    const object = await client.get<KubeObject>(type, child.metadata);
    if (cache.isPartial(keyOf(child))) {
      cache.complete(object);
      return planChild(child, object, owner, fieldManager);
    }
    return planChild(
      child,
      controllerOf(object)?.uid === owner.uid ? cache.assume(object) : object,
      owner,
      fieldManager,
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const cached = cache.get(keyOf(child));
    if (cached !== undefined) cache.assumeDeleted(cached);
    return planChild(child, undefined, owner, fieldManager);
  }
}

async function execute(plan: ChildPlan, kind: ChildKind, context: ApplyContext): Promise<ChildResult> {
  const { child } = plan;
  const [cache, key] = [kind.cache, keyOf(child)];
  switch (plan.action) {
    case 'Keep': {
      const cached = cache.get(key) ?? child;
      const object = hasReplacer(cached) ? await disown(cached, kind, context.client) : cached;
      return { type: 'Unchanged', child, object, ...contestOf(object, context) };
    }
    case 'Await':
      return { type: 'Terminating', child };
    case 'Conflict':
      return { type: 'NameConflict', child };
    case 'Create': {
      const { client, fieldManager } = context;
      const object = await cache.write(key, () => client.createByApply(kind.type, child, { fieldManager }));
      return { type: 'Applied', child, object, cause: 'Created' };
    }
    case 'Update': {
      const { object, changed } = await update(child, kind, context);
      return changed ? { type: 'Applied', child, object, cause: 'Changed' } : { type: 'Unchanged', child, object };
    }
    case 'Restore':
      return restore(child, plan.fields, kind, context);
  }
}

/** Applies a child that is there; `changed`: whether that made a difference. */
async function update(
  child: ApplyConfiguration,
  kind: ChildKind,
  { client, fieldManager, noOps }: ApplyContext,
): Promise<{ readonly object: KubeObject; readonly changed: boolean }> {
  const { type, cache } = kind;
  const [key, before] = [keyOf(child), cache.get(keyOf(child))];
  if (before !== undefined && noOps.has(before, child)) return { object: before, changed: false };
  const uid = before?.metadata.uid;
  const target = uid === undefined ? child : { ...child, metadata: { ...child.metadata, uid } };
  const apply = () => cache.write(key, () => client.apply(type, target, { fieldManager }));
  const object = await apply().catch(async (error) => {
    if (!(error instanceof ApiStatusError) || error.duplicates.size === 0 || uid === undefined) throw error;
    if (!(await replaceEntries(target, error.duplicates, kind, client))) throw error;
    return disown(await apply(), kind, client);
  });
  // Left by a process that ended, or failed, between replacing and this.
  if (hasReplacer(object)) return { object: await disown(object, kind, client), changed: true };
  if (before === undefined || object.metadata.resourceVersion !== before.metadata.resourceVersion) {
    return { object, changed: true };
  }
  noOps.add(before, child);
  return { object, changed: false };
}

/**
 * Makes entries of lists ours again that somebody turned into others, and that the API server rejects beside ours.
 *
 * @param child with its uid
 * @returns whether there were any
 */
async function replaceEntries(
  child: ApplyConfiguration,
  duplicates: ReadonlySet<string>,
  { type, cache }: ChildKind,
  client: KubeClient,
): Promise<boolean> {
  const live = await client.get<KubeObject>(type, child.metadata);
  const { uid, resourceVersion } = live.metadata;
  const patch = uid === child.metadata.uid ? entriesToReplace(child, live, duplicates) : undefined;
  if (patch === undefined) return false;
  const body = { ...patch, metadata: { uid, resourceVersion } };
  await cache.write(keyOf(child), () => client.mergePatch(type, child.metadata, body, REPLACER));
  return true;
}

/** Takes the entry of {@link REPLACER} out of an object's managedFields, in one write; if it fails, the next reconcile finds it again. */
async function disown(object: KubeObject, { type, cache }: ChildKind, client: KubeClient): Promise<KubeObject> {
  const { metadata } = await client.get<KubeObject>(type, object.metadata);
  const managedFields = metadata.managedFields?.filter(({ manager }) => manager !== REPLACER) ?? [];
  if (managedFields.length === (metadata.managedFields?.length ?? 0)) return object;
  const { uid, resourceVersion } = metadata;
  const body = { metadata: { uid, resourceVersion, managedFields } };
  return cache.write(keyOf(object), () => client.mergePatch(type, metadata, body, REPLACER));
}

/** Puts back what somebody changed, unless they have done so again and again. */
async function restore(
  child: ApplyConfiguration,
  fields: readonly DriftedField[],
  kind: ChildKind,
  context: ApplyContext,
): Promise<ChildResult> {
  const { contests, client, fieldManager } = context;
  const cached = kind.cache.get(keyOf(child)) ?? child;
  const uid = cached.metadata.uid ?? '';
  if (contests.mustWait(uid, fields))
    return { type: 'Unchanged', child, object: cached, ...contestOf(cached, context) };
  // The cache keeps our fields only; whose they are now, the API server says.
  const live = await client.get<KubeObject>(kind.type, child.metadata);
  const { object, changed } = await update(child, kind, context);
  const left = driftOf(child, object, appliedFields(object, fieldManager));
  const inVain = fields.some(({ path }) => left.some((field) => field.path === path));
  const [manager] = fields.flatMap(({ elements }) => otherOwner(live, elements, fieldManager) ?? []);
  contests.restored(uid, fields, inVain ? WEBHOOK : manager, inVain);
  if (!changed) return { type: 'Unchanged', child, object, ...contestOf(object, context) };
  const drift = { fields: fields.map(({ path }) => path), manager };
  return { type: 'Applied', child, object, cause: 'Drifted', drift, ...contestOf(object, context) };
}

/** Webhooks and mutating admission policies change objects without becoming the manager of a field. */
const WEBHOOK = 'an admission webhook or policy';

function contestOf({ metadata: { uid = '' } }: KubeObject, { contests }: ApplyContext): { contest?: Contest } {
  const contest = contests.of(uid);
  return contest === undefined ? {} : { contest };
}
