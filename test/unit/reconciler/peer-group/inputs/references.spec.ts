import { expect } from 'chai';
import type { PeerGroupSpec } from '../../../../../constructs/crds/peer-group.ts';
import { LABEL_TLS } from '../../../../../constructs/names.ts';
import { findReferences, ReferenceCache } from '../../../../../reconciler/peer-group/inputs/references.ts';
import type { PeerGroupObject, Pod } from '../../../../../reconciler/peer-group/resources.ts';
import { cacheOf, group, pod } from '../builders.ts';

function references(groups: readonly PeerGroupObject[], pods: readonly Pod[] = []) {
  return findReferences('ns', {
    groups: cacheOf(groups, ({ metadata }) => metadata.namespace),
    pods: cacheOf(pods, () => 'ns/web'),
  });
}

describe('the references in a namespace', () => {
  it('are known by whom they ping, each once and in order', () => {
    const asks = (name: string): PeerGroupSpec => ({
      peers: [{ group: name }, { group: name, via: 'Pods', name: 'again' }],
    });
    const { sources } = references([
      group('web'),
      group('z', asks('web')),
      group('a', asks('web')),
      group('elsewhere', asks('web'), 'other'),
      group('url', { peers: [{ name: 'gw', url: 'http://gw' }] }),
    ]);
    expect([...sources]).to.deep.equal([['web', ['a', 'z']]]);
  });

  it('have a certificate when they ask the operator for one, or as long as one of their pods shows one', () => {
    const certified = pod(0, { metadata: { labels: { [LABEL_TLS]: 'Mutual' } } });
    const groups = [
      group('web'),
      group('secure', { tls: { mode: 'TLS' } }),
      group('foreign', { tls: { mode: 'TLS', issuerRef: { name: 'issuer' } } }),
    ];
    const owners = (pods: readonly Pod[]) => references(groups, pods).leafOwners.map(({ name, uid }) => [name, uid]);
    expect(owners([pod(0)])).to.deep.equal([['secure', 'uid-secure']]);
    expect(owners([certified])).to.deep.equal([
      ['secure', 'uid-secure'],
      ['web', 'uid-web'],
    ]);
  });

  it('are looked for once, until one of them changes', () => {
    const looks: string[] = [];
    const memo = new ReferenceCache((namespace) => {
      looks.push(namespace);
      return references([]);
    });
    for (const namespace of ['a', 'a', 'b', 'a']) memo.of(namespace);
    memo.forget('a');
    for (const namespace of ['a', 'b', 'a']) memo.of(namespace);
    expect(looks).to.deep.equal(['a', 'b', 'a']);
  });
});
