import { expect } from 'chai';
import { ANNOTATION_APPLIED } from '../../../../constructs/names.ts';
import type { ApplyConfiguration, FieldSet, KubeObject } from '../../../../reconciler/kube/object.ts';
import { planChild, withAppliedHash } from '../../../../reconciler/runtime/plan-children.ts';

const OWNER = { apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', name: 'web', uid: 'owner' };

function rendered(data: Record<string, string>): ApplyConfiguration {
  const owner = { ...OWNER, controller: true };
  return withAppliedHash({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'web', namespace: 'ns', ownerReferences: [owner] },
    data,
  });
}

/** Our fields after an apply of a ConfigMap with this data. */
const owned = (...data: string[]): FieldSet => ({
  'f:metadata': {
    'f:annotations': { [`f:${ANNOTATION_APPLIED}`]: {} },
    'f:ownerReferences': { 'k:{"uid":"owner"}': {} },
  },
  ...(data.length > 0 && { 'f:data': Object.fromEntries(data.map((key) => [`f:${key}`, {}])) }),
});

/** The child as the API server has it after an apply. */
function applied(
  child: ApplyConfiguration,
  changes: Partial<KubeObject['metadata']> = {},
  rest: object = {},
): KubeObject {
  const fieldsV1 = owned(...Object.keys(child.data as object));
  const managedFields = [{ manager: 'rollcall', operation: 'Apply', apiVersion: 'v1', fieldsV1 }];
  return { ...child, metadata: { ...child.metadata, uid: 'child', managedFields, ...changes }, ...rest };
}

describe('plan for a child', () => {
  const child = rendered({ a: '1' });
  const plan = (cached: KubeObject | undefined) => planChild(child, cached, OWNER, 'rollcall');

  it('creates what is not there', () => {
    expect(plan(undefined).action).to.equal('Create');
  });

  it('keeps what is as it was rendered', () => {
    expect(plan(applied(child)).action).to.equal('Keep');
  });

  it('updates what was rendered from something else', () => {
    expect(plan(applied(rendered({ a: '0' })))).to.include({ action: 'Update' });
  });

  it('updates what lost a field that is no longer rendered, though every rendered field is right', () => {
    expect(plan(applied(rendered({ a: '1', b: '2' }))).action).to.equal('Update');
  });

  it('restores what somebody changed behind its annotation, whatever it is now', () => {
    const managedFields = [{ manager: 'rollcall', operation: 'Apply', apiVersion: 'v1', fieldsV1: owned() }];
    const changed = plan(applied(child, { managedFields }, { data: { a: '2' } }));
    expect(changed).to.deep.include({ action: 'Restore', fields: [{ path: 'data.a', elements: ['f:data', 'f:a'] }] });
    expect(plan(applied(child, { managedFields })).action, 'changed and changed back').to.equal('Restore');
  });

  it('restores what a webhook changed, which owns no field', () => {
    expect(plan(applied(child, {}, { data: { a: '2' } })).action).to.equal('Restore');
  });

  it('restores all of what somebody took the managed fields from', () => {
    expect(plan(applied(child, { managedFields: [] })).action).to.equal('Restore');
  });

  it('leaves alone what nobody or somebody else owns', () => {
    expect(plan(applied(child, { ownerReferences: [] })).action).to.equal('Conflict');
  });

  it('waits for what belonged to a namesake of its owner that is gone', () => {
    const former = { ...OWNER, uid: 'former', controller: true };
    expect(plan(applied(child, { ownerReferences: [former] })).action).to.equal('Await');
  });

  it('leaves alone what a namesake of another API group owns, which nobody is about to delete', () => {
    const other = { ...OWNER, apiVersion: 'example.com/v1', uid: 'other', controller: true };
    expect(plan(applied(child, { ownerReferences: [other] })).action).to.equal('Conflict');
  });

  it('waits for what is being deleted', () => {
    expect(plan(applied(child, { deletionTimestamp: '2026-01-01T00:00:00Z' })).action).to.equal('Await');
  });

  it('gives the same hash to a child that carries one already', () => {
    expect(withAppliedHash(child)).to.deep.equal(child);
  });
});
