import { expect } from 'chai';
import { driftOf } from '../../../../reconciler/kube/drift.ts';
import { appliedFields, FieldsPool, otherOwner } from '../../../../reconciler/kube/managed-fields.ts';
import type { FieldSet, KubeObject, ManagedFields } from '../../../../reconciler/kube/object.ts';

const head = { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' } };
const object = (content: object): KubeObject => ({ ...head, ...content });
const drift = (rendered: object, actual: object, owned: FieldSet) =>
  driftOf({ ...head, ...rendered }, object(actual), owned).map(({ path }) => path);
const leaf: FieldSet = {};
/** As the API server of Kubernetes 1.34 writes it for a container. */
const container: FieldSet = {
  'f:containers': {
    'k:{"name":"peer"}': {
      '.': leaf,
      'f:name': leaf,
      'f:image': leaf,
      'f:env': { 'k:{"name":"A"}': { '.': leaf, 'f:name': leaf, 'f:value': leaf } },
    },
  },
};
const peer = { name: 'peer', image: 'i', env: [{ name: 'A', value: '1' }] };

describe('drift of an object', () => {
  it('is none where every rendered field is ours, whatever others have added', () => {
    const live = {
      containers: [{ name: 'injected' }, { ...peer, env: [{ name: 'B' }, ...peer.env], tty: true }],
      more: 1,
    };
    expect(drift({ containers: [peer] }, live, container)).to.deep.equal([]);
  });

  it('is a field that left our entry, even if its value is what it was', () => {
    const owned = { 'f:a': leaf };
    expect(drift({ a: 1, b: false }, { a: 1, b: false }, owned)).to.deep.equal(['b']);
    expect(drift({ a: 1, b: false }, { a: 1 }, owned)).to.deep.equal(['b']);
  });

  it('is a field or an entry of a list that is merged, by its key', () => {
    const { 'f:env': _, ...rest } = container['f:containers']!['k:{"name":"peer"}']!;
    const owned = { 'f:containers': { 'k:{"name":"peer"}': rest } };
    expect(drift({ containers: [peer] }, { containers: [peer] }, owned)).to.deep.equal(['containers[peer].env']);
    expect(drift({ containers: [peer, { name: 'b' }] }, { containers: [peer] }, container)).to.deep.equal([
      'containers[b].name',
    ]);
  });

  it('is a list that has one owner as a whole', () => {
    expect(drift({ args: ['a'] }, { args: ['a'] }, { 'f:args': leaf })).to.deep.equal([]);
    expect(drift({ args: ['a'] }, { args: ['a', 'b'] }, {})).to.deep.equal(['args']);
  });

  it('is an entry of a set', () => {
    const owned = { 'f:set': { 'v:"a"': leaf } };
    expect(drift({ set: ['a', 'b'] }, { set: ['a', 'c'] }, owned)).to.deep.equal(['set[b]']);
  });

  it('is a value that somebody changed without becoming its owner, as webhooks do', () => {
    expect(drift({ a: { b: 'x' } }, { a: { b: 'y' } }, { 'f:a': { 'f:b': leaf } })).to.deep.equal(['a.b']);
    expect(drift({ args: ['a'] }, { args: ['a', 'b'] }, { 'f:args': leaf })).to.deep.equal(['args']);
  });

  it('is not another form of the same value', () => {
    const rendered = { cpu: '0.5', memory: '1Gi', port: '8080', off: false, list: [], none: '' };
    const owned = Object.fromEntries(Object.keys(rendered).map((field) => [`f:${field}`, leaf]));
    expect(drift(rendered, { cpu: '500m', memory: '1024Mi', port: 8080 }, owned)).to.deep.equal([]);
    expect(drift(rendered, { cpu: '501m', memory: '1024Mi', port: 8080, off: true }, owned)).to.deep.equal([
      'cpu',
      'off',
    ]);
  });

  it('is an emptyDir that became something else', () => {
    const owned = { 'f:volumes': { 'k:{"name":"v"}': { '.': leaf, 'f:name': leaf } } };
    const rendered = { volumes: [{ name: 'v', emptyDir: {} }] };
    expect(drift(rendered, { volumes: [{ name: 'v', hostPath: { path: '/' } }] }, owned)).to.deep.equal([
      'volumes[v].emptyDir',
    ]);
  });

  it('matches a key that the API server completed by defaults', () => {
    const port = { '.': leaf, 'f:containerPort': leaf };
    const owned = { 'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': port } };
    const live = { ports: [{ containerPort: 80, protocol: 'TCP' }] };
    expect(drift({ ports: [{ containerPort: 80 }] }, live, owned)).to.deep.equal([]);
  });
});

describe('managed fields', () => {
  const entry = (manager: string, fieldsV1: FieldSet, more: Partial<ManagedFields> = {}): ManagedFields => ({
    manager,
    operation: 'Apply',
    apiVersion: 'v1',
    fieldsV1,
    ...more,
  });
  const managed = (...managedFields: ManagedFields[]) => ({ ...head, metadata: { name: 'x', managedFields } });

  it('of ours are those that we applied, in this version, to the object itself', () => {
    const ours = { 'f:a': leaf };
    expect(
      appliedFields(
        managed(
          entry('rollcall', { 'f:b': leaf }, { operation: 'Update' }),
          entry('rollcall', { 'f:c': leaf }, { subresource: 'status' }),
          entry('rollcall', { 'f:d': leaf }, { apiVersion: 'v2' }),
          entry('rollcall', ours),
        ),
        'rollcall',
      ),
    ).to.equal(ours);
    expect(appliedFields(managed(), 'rollcall')).to.equal(undefined);
  });

  it('say who else has a field, or the list or map around it as a whole', () => {
    const object = managed(entry('a', { 'f:x': { 'f:y': leaf } }), entry('b', { 'f:z': leaf }));
    expect(otherOwner(object, ['f:x', 'f:y'], 'rollcall')).to.equal('a');
    expect(otherOwner(object, ['f:z', 'f:deep'], 'rollcall')).to.equal('b');
    expect(otherOwner(object, ['f:q'], 'rollcall')).to.equal(undefined);
  });

  it('are shared between objects, without a change', () => {
    const pool = new FieldsPool();
    const fields = (uid: string): FieldSet => ({
      'f:metadata': { 'f:labels': { 'f:app': leaf }, 'f:ownerReferences': { [`k:{"uid":"${uid}"}`]: leaf } },
      'f:spec': container,
    });
    const [first, second] = [pool.share(fields('1')), pool.share(fields('2'))];
    expect(first).to.deep.equal(fields('1'));
    expect(second).to.deep.equal(fields('2'));
    expect(first['f:spec']).to.equal(second['f:spec']);
  });
});
