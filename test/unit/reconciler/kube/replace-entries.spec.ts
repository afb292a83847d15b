import { expect } from 'chai';
import type { FieldSet } from '../../../../reconciler/kube/object.ts';
import { entriesToReplace } from '../../../../reconciler/kube/replace-entries.ts';

const head = { apiVersion: 'v1', kind: 'X' };
const leaf: FieldSet = {};
/** As the API server of Kubernetes 1.34 writes it for somebody who set the ports of a Service. */
const portsOf = (...ports: readonly number[]): FieldSet => ({
  'f:ports': Object.fromEntries(
    ports.map((port) => [`k:{"port":${port},"protocol":"TCP"}`, { '.': leaf, 'f:port': leaf, 'f:name': leaf }]),
  ),
});

function replaced(rendered: object, live: object, fields: FieldSet, duplicates = ['name']) {
  const managedFields = [{ manager: 'theirs', operation: 'Update', fieldsV1: fields }];
  return entriesToReplace(
    { ...head, metadata: { name: 'x' }, ...rendered },
    { ...head, metadata: { name: 'x', managedFields }, ...live },
    new Set(duplicates),
  );
}

describe('entries to replace', () => {
  const ours = { name: 'ping', port: 80, targetPort: 'ping' };
  const theirs = { name: 'ping', port: 81, protocol: 'TCP', targetPort: 'ping', nodePort: 30_001 };
  const other = { name: 'other', port: 90, protocol: 'TCP' };

  it('are those whose key somebody changed; what was added to them, and other entries, stay', () => {
    const patch = replaced(
      { spec: { ports: [ours] } },
      { spec: { a: 1, ports: [theirs, other] } },
      {
        'f:spec': portsOf(81, 90),
      },
    );
    expect(patch).to.deep.equal({ spec: { ports: [{ ...theirs, port: 80 }, other] } });
  });

  it('are those of which only a part of the key that we leave to its default was changed', () => {
    const udp = { ...theirs, port: 80, protocol: 'UDP' };
    const fields: FieldSet = { 'f:ports': { 'k:{"port":80,"protocol":"UDP"}': leaf } };
    expect(replaced({ ports: [ours] }, { ports: [udp, other] }, fields)).to.deep.equal({
      ports: [{ ...udp, protocol: 'TCP' }, other],
    });
    const container = { name: 'ping', containerPort: 80 };
    const live = { ...container, protocol: 'SCTP' };
    const key: FieldSet = { 'f:ports': { 'k:{"containerPort":80,"protocol":"SCTP"}': leaf } };
    expect(replaced({ ports: [container] }, { ports: [live] }, key)).to.deep.equal({
      ports: [{ ...live, protocol: 'TCP' }],
    });
  });

  it('are found inside of entries that are as they were, whose list is whole in the patch', () => {
    const container = { name: 'peer', image: 'i', ports: [{ ...theirs, tty: true }] };
    const fields = { 'f:containers': { 'k:{"name":"peer"}': portsOf(81), 'k:{"name":"more"}': leaf } };
    const patch = replaced(
      { containers: [{ name: 'peer', ports: [ours] }] },
      { containers: [{ name: 'more' }, container] },
      fields,
    );
    const ports = [{ ...theirs, tty: true, port: 80 }];
    expect(patch).to.deep.equal({ containers: [{ name: 'more' }, { ...container, ports }] });
  });

  it('are none where ours is there, nothing is a duplicate, or the list has one owner', () => {
    const live = { ports: [{ ...theirs, port: 80 }, other] };
    expect(replaced({ ports: [ours] }, live, portsOf(80, 90))).to.equal(undefined);
    const fields = portsOf(81);
    expect(replaced({ ports: [ours] }, { ports: [theirs] }, fields, ['nodePort'])).to.equal(undefined);
    expect(replaced({ ports: [ours] }, { ports: [theirs] }, { 'f:ports': leaf })).to.equal(undefined);
  });

  it('are never others of ours', () => {
    const second = { name: 'ping', port: 81 };
    expect(replaced({ ports: [ours, second] }, { ports: [theirs] }, portsOf(81))).to.equal(undefined);
  });

  it('are found whatever odd things are in the lists', () => {
    const live = { ports: [null, 7, 'x', [], theirs] };
    expect(replaced({ ports: [ours] }, live, portsOf(81))).to.deep.equal({
      ports: [null, 7, 'x', [], { ...theirs, port: 80 }],
    });
  });
});
