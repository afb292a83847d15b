import { expect } from 'chai';
import { reduceJob } from '../../../../reconciler/compute-job/resource/compute-job-object.ts';
import { Cache } from '../../../../reconciler/kube/cache.ts';
import { NamespaceMemory } from '../../../../reconciler/kube/namespace-memory.ts';
import type { ApplyConfiguration } from '../../../../reconciler/kube/object.ts';
import { readGroup, reduceGroup } from '../../../../reconciler/peer-group/inputs/read-group.ts';
import { partialProblems } from '../../../../reconciler/peer-group/problem.ts';
import { PEER_GROUPS, type PeerGroupObject } from '../../../../reconciler/peer-group/resources.ts';
import { completedObject } from '../../../../reconciler/runtime/completed-object.ts';

const group = (name: string, padding: number): ApplyConfiguration =>
  ({
    ...{ apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', spec: { image: 'x'.repeat(padding) } },
    metadata: { namespace: 'evil', name, uid: name, resourceVersion: '1', labels: { l: 'x' }, finalizers: ['f'] },
  }) as ApplyConfiguration;

/** A namespace that has room for one of two groups. */
function setUp() {
  const cache = new Cache<PeerGroupObject>({
    transform: readGroup,
    bound: { memory: new NamespaceMemory(100_000).open(), reduce: reduceGroup },
    onEvent: () => {},
  });
  const objects = [group('a', 80_000), group('b', 80_000)];
  for (const object of objects) cache.handleDelta({ type: 'Upsert', object });
  const asked: unknown[] = [];
  const list = async (_: unknown, options: { name?: string }) => {
    asked.push(options);
    const items = objects.filter(({ metadata }) => metadata.name === options.name);
    return { items, resourceVersion: '9' };
  };
  const read = (key: string) => completedObject(cache.get(key)!, PEER_GROUPS, cache, { list });
  return { cache, asked, read };
}

describe('a group of which only a part is kept', () => {
  it('says why, and has nothing of its spec, labels and finalizers', () => {
    const { cache } = setUp();
    expect(cache.get('evil/a')).not.to.have.property('rejected');
    const { spec, metadata, rejected } = cache.get('evil/b')!;
    expect(spec).to.deep.equal({});
    expect(metadata).to.deep.equal({ namespace: 'evil', name: 'b', uid: 'b', resourceVersion: '1' });
    expect(rejected).to.include({ reason: 'NamespaceTooLarge' });
  });

  it('is read again, by the right to list, and is whole once there is room', async () => {
    const { cache, asked, read } = setUp();
    expect(await read('evil/a')).not.to.have.property('rejected');
    expect(asked).to.deep.equal([]);
    expect(await read('evil/b')).to.have.property('rejected');
    expect(asked).to.deep.equal([{ namespace: 'evil', name: 'b' }]);
    cache.handleDelta({ type: 'Delete', object: group('a', 0) });
    expect(await read('evil/b')).not.to.have.property('rejected');
    expect(cache.isPartial('evil/b')).to.equal(false);
  });

  it('is told of a group whose child it is', () => {
    const { cache } = setUp();
    const results = ['a', 'b'].map((name) => ({
      type: 'Unchanged' as const,
      child: group(name, 0),
      object: group(name, 0),
    }));
    const [problem, ...others] = partialProblems(results, new Map([['PeerGroup', { cache }]]));
    expect(others).to.deep.equal([]);
    expect(problem?.reason).to.equal('NamespaceTooLarge');
    expect(problem?.message).to.match(/^PeerGroup b: /);
  });
});

describe('a job of which only a part is kept', () => {
  it('keeps when it is to be deleted, and its status', () => {
    const metadata = { namespace: 'evil', name: 'j', uid: 'j', labels: { l: 'x' } };
    const spec = { command: ['x'], ttlSecondsAfterFinished: 5 };
    const job = { apiVersion: 'rollcall.dev/v1alpha1', kind: 'ComputeJob', metadata, spec, status: { attempt: 2 } };
    const reduced = reduceJob(job as never);
    expect(reduced).to.deep.include({ spec: { command: [], ttlSecondsAfterFinished: 5 }, status: { attempt: 2 } });
    expect(reduced.metadata).not.to.have.property('labels');
    expect(reduced.rejection).to.include('large objects');
  });
});
