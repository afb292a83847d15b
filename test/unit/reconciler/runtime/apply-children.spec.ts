import { expect } from 'chai';
import { Cache } from '../../../../reconciler/kube/cache.ts';
import type { KubeClient } from '../../../../reconciler/kube/client.ts';
import { SERVICES } from '../../../../reconciler/kube/core-types.ts';
import { ApiStatusError } from '../../../../reconciler/kube/errors.ts';
import { FieldsPool } from '../../../../reconciler/kube/managed-fields.ts';
import { type ApplyConfiguration, type KubeObject, keyOf } from '../../../../reconciler/kube/object.ts';
import { keepAppliedFields, stripManagedFields } from '../../../../reconciler/kube/transform.ts';
import { type ApplyContext, applyChildren } from '../../../../reconciler/runtime/apply-children.ts';
import { FieldContests } from '../../../../reconciler/runtime/field-contests.ts';
import { NoOpApplies } from '../../../../reconciler/runtime/no-op-applies.ts';
import { withAppliedHash } from '../../../../reconciler/runtime/plan-children.ts';

const owner = { apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', name: 'web', uid: 'uid-web' };
const child = withAppliedHash({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'x', namespace: 'ns', ownerReferences: [{ ...owner, controller: true }] },
  spec: { a: '1' },
});
const ours = {
  manager: 'rollcall',
  operation: 'Apply',
  apiVersion: 'v1',
  fieldsV1: {
    'f:metadata': {
      'f:annotations': { 'f:rollcall.dev/applied': {} },
      'f:ownerReferences': { 'k:{"uid":"uid-web"}': {} },
    },
    'f:spec': { 'f:a': {} },
  },
};
const somebody = { manager: 'kubectl', operation: 'Update', apiVersion: 'v1', fieldsV1: { 'f:spec': { 'f:b': {} } } };
const leftover = { manager: 'rollcall-replace', operation: 'Update', apiVersion: 'v1', fieldsV1: {} };

/** The child as the API server has it; patches of it, and how many of them are still to fail with 409. */
function setUp(live: ApplyConfiguration, { conflicts = 0 } = {}) {
  const patches: object[] = [];
  let object: KubeObject = live;
  const next = (metadata: object) => {
    const resourceVersion = String(Number(object.metadata.resourceVersion) + 1);
    object = { ...object, metadata: { ...object.metadata, ...metadata, resourceVersion } };
    return object;
  };
  const client = {
    get: async () => object,
    apply: async (_: unknown, applied: ApplyConfiguration) => {
      object = { ...object, ...applied, metadata: { ...object.metadata, ...applied.metadata } };
      return next({});
    },
    mergePatch: async (_: unknown, __: unknown, patch: { metadata: object }) => {
      patches.push(patch);
      if (patches.length <= conflicts) throw new ApiStatusError(409, { reason: 'Conflict' });
      return next(patch.metadata);
    },
  } as unknown as KubeClient;
  const cache = new Cache<KubeObject>({
    transform: keepAppliedFields(stripManagedFields, 'rollcall', new FieldsPool()),
    onEvent: () => {},
  });
  cache.handleDelta({ type: 'Upsert', object });
  const context: ApplyContext = {
    ...{ client, fieldManager: 'rollcall', noOps: new NoOpApplies(), contests: new FieldContests(() => 0) },
    kinds: new Map([['Service', { type: SERVICES, cache }]]),
  };
  return {
    patches,
    managers: () => object.metadata.managedFields?.map(({ manager }) => manager),
    cached: () => cache.get(keyOf(child)),
    reconcile: async () => (await applyChildren([child], owner, context, false)).map(({ type }) => type),
  };
}

const live = (rest: object = {}) => ({
  ...child,
  ...rest,
  metadata: { ...child.metadata, uid: 'u', resourceVersion: '5', managedFields: [ours, somebody, leftover] },
});

describe('an entry of managedFields that replacing entries has left behind', () => {
  it('goes with the next reconcile, in one write, and nothing else does', async () => {
    const { reconcile, managers, patches } = setUp(live());
    expect(await reconcile()).to.deep.equal(['Unchanged']);
    expect(managers()).to.deep.equal(['rollcall', 'kubectl']);
    expect(await reconcile()).to.deep.equal(['Unchanged']);
    expect(patches).to.have.length(1);
  });

  it('goes with an apply, too', async () => {
    const { reconcile, managers } = setUp(live({ spec: { a: '2' } }));
    expect(await reconcile()).to.deep.equal(['Applied']);
    expect(managers()).to.deep.equal(['rollcall', 'kubectl']);
  });

  it('stays known when its removal conflicts with another write', async () => {
    const { reconcile, managers, patches, cached } = setUp(live(), { conflicts: 2 });
    expect(await reconcile().catch(({ status }) => status)).to.equal(409);
    expect(patches).to.have.length(2);
    expect(cached()?.metadata.managedFields).to.have.length(2);
    await reconcile();
    expect(managers()).to.deep.equal(['rollcall', 'kubectl']);
  });
});
