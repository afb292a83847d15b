import { expect } from 'chai';
import type { CacheEvent } from '../../../../reconciler/kube/cache.ts';
import type { KubeObject, ObjectMeta } from '../../../../reconciler/kube/object.ts';
import { always, generationChanged, isInInitialList, not } from '../../../../reconciler/runtime/predicates.ts';
import { object } from '../kube/builders.ts';

function event(
  old: Partial<ObjectMeta> | undefined,
  now: Partial<ObjectMeta>,
  deleted = false,
): CacheEvent<KubeObject> {
  return { object: object('a', now), old: old && object('a', old), deleted, isInInitialList: false };
}

describe('predicates', () => {
  it('tell a change of a spec from a change of a status', () => {
    expect(generationChanged(event({ generation: 1 }, { generation: 2 }))).to.equal(true);
    expect(generationChanged(event({ generation: 1 }, { generation: 1 }))).to.equal(false);
  });

  it('take every change of what has no generation, is new, deleted or has a new uid for one of its spec', () => {
    expect(generationChanged(event({}, {})), 'no generation').to.equal(true);
    expect(generationChanged(event(undefined, { generation: 1 })), 'new').to.equal(true);
    expect(generationChanged(event({ generation: 1 }, { generation: 1 }, true)), 'deleted').to.equal(true);
    const successor = event({ uid: 'first', generation: 1 }, { uid: 'second', generation: 1 });
    expect(generationChanged(successor), 'another object of the same name').to.equal(true);
  });

  it('can be turned round', () => {
    const initial = { ...event(undefined, {}), isInInitialList: true };
    expect(isInInitialList(initial)).to.equal(true);
    expect(not(isInInitialList)(initial)).to.equal(false);
    expect(not(always)(initial)).to.equal(false);
  });
});
