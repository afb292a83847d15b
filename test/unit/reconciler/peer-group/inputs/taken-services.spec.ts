import { expect } from 'chai';
import { certificateNames } from '../../../../../constructs/addresses.ts';
import { takenServices } from '../../../../../reconciler/peer-group/inputs/taken-services.ts';
import type { PeerGroupObject } from '../../../../../reconciler/peer-group/resources.ts';

function group(name: string, day: number): PeerGroupObject {
  const metadata = { name, namespace: 'demo', creationTimestamp: `2026-01-0${day}T00:00:00Z` };
  return { apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', metadata, spec: {} } as PeerGroupObject;
}

describe('the name of a Service that two groups would have', () => {
  it('is that of the older one', () => {
    expect([...takenServices([group('web', 2), group('web-svc', 1)])]).to.deep.equal([['web', ['web-svc']]]);
    expect([...takenServices([group('web', 1), group('web-svc', 2)])]).to.deep.equal([['web-svc', ['web-svc']]]);
    expect([...takenServices([group('web', 1), group('web-svc', 1)])]).to.deep.equal([['web-svc', ['web-svc']]]);
  });

  it('is nobody else’s business', () => {
    expect([...takenServices([group('web', 1), group('web-s', 1), group('svc', 1)])]).to.deep.equal([]);
  });

  it('leaves no name for which the certificates of two groups of a namespace are valid', () => {
    const groups = ['web', 'web-svc', 'web-svc-svc', 'svc', 'a-svc'].map((name, i) => group(name, (i * 3) % 5));
    const taken = takenServices(groups);
    const names = groups.flatMap(({ metadata: { name, namespace } }) =>
      certificateNames({ name, namespace, clusterDomain: 'cluster.local' }, taken.get(name)),
    );
    expect(new Set(names).size).to.equal(names.length);
  });
});
