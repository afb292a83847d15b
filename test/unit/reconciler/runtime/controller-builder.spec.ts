import { expect } from 'chai';
import { Informer, type InformerContext } from '../../../../reconciler/kube/informer.ts';
import type { KubeObject, ObjectMeta, OwnerReference } from '../../../../reconciler/kube/object.ts';
import type { ResourceType } from '../../../../reconciler/kube/resource-type.ts';
import { controller, ownerKey } from '../../../../reconciler/runtime/controller-builder.ts';
import { generationChanged, isInInitialList, not } from '../../../../reconciler/runtime/predicates.ts';
import { DONE } from '../../../../reconciler/runtime/reconcile-result.ts';
import { WorkQueue } from '../../../../reconciler/runtime/work-queue.ts';

const SHOPS = { group: 'example.com', version: 'v1', kind: 'Shop', plural: 'shops', namespaced: true };
const SERVICES = { group: '', version: 'v1', kind: 'Service', plural: 'services', namespaced: true };
const ZONES = { group: 'example.com', version: 'v1', kind: 'Zone', plural: 'zones', namespaced: false };

const OWNER: OwnerReference = { apiVersion: 'example.com/v1', kind: 'Shop', name: 'books', uid: 'u', controller: true };

describe('controller builder', () => {
  it('reconciles what changes, what owns what changes, and what a change is mapped to', async () => {
    const { shops, services, zones, queue, keys } = setUp();
    const built = controller(shops, { queue, reconcile: async () => DONE })
      .owns(services)
      .watches(zones, ({ object }) => [`north/${object.metadata.name}`, `south/${object.metadata.name}`])
      .build();
    sync(shops, services, zones);
    change(shops, { name: 'toys', namespace: 'north' });
    change(services, { name: 'books', namespace: 'south', ownerReferences: [OWNER] });
    change(services, { name: 'stray', namespace: 'south' });
    change(zones, { name: 'one' });
    expect(await keys()).to.have.members(['north/toys', 'south/books', 'north/one', 'south/one']);
    expect(built.informers).to.deep.equal([shops, services, zones]);
  });

  it('reconciles nothing for an event that the predicate rejects, or that is only observed', async () => {
    const { shops, services, zones, queue, keys } = setUp();
    const seen: string[] = [];
    controller(shops, { queue, reconcile: async () => DONE, predicate: generationChanged })
      .observes(services, ({ object }) => seen.push(object.metadata.name))
      .watches(zones, () => 'north/toys', { predicate: not(isInInitialList) });
    change(zones, { name: 'one' });
    sync(shops, services, zones);
    change(services, { name: 'books', namespace: 'north' });
    expect(await keys()).to.deep.equal([]);
    expect(seen).to.deep.equal(['books']);
    change(shops, { name: 'toys', namespace: 'north', resourceVersion: '3', generation: 1 });
    expect(await keys()).to.deep.equal(['north/toys']);
    change(shops, { name: 'toys', namespace: 'north', resourceVersion: '4', generation: 1, labels: { x: 'y' } });
    expect(await keys()).to.deep.equal([]);
  });

  it('lets the initial list wait behind changes, and leaves keys where they are if so told', async () => {
    const { shops, services, zones, queue, keys } = setUp();
    controller(shops, { queue, reconcile: async () => DONE, addIfAbsent: not(generationChanged) });
    change(shops, { name: 'listed', namespace: 'n', resourceVersion: '1', generation: 1 });
    change(shops, { name: 'edited', namespace: 'n', resourceVersion: '1', generation: 1 });
    sync(shops, services, zones);
    change(shops, { name: 'listed', namespace: 'n', resourceVersion: '2', generation: 1, labels: { x: 'y' } });
    change(shops, { name: 'edited', namespace: 'n', resourceVersion: '2', generation: 2 });
    expect(await keys()).to.deep.equal(['n/edited', 'n/listed']);
  });

  it("keeps one handler's failure from the others", async () => {
    const { shops, services, zones, queue, keys, failed } = setUp();
    controller(shops, { queue, reconcile: async () => DONE })
      .observes(services, () => {
        throw new Error('unexpected');
      })
      .owns(services);
    sync(shops, services, zones);
    change(services, { name: 'books', namespace: 'south', ownerReferences: [OWNER] });
    expect(await keys()).to.deep.equal(['south/books']);
    expect(failed).to.deep.equal(['south/books']);
  });

  it('finds owners by group and kind, not by kind alone', () => {
    const owned = (owner: Partial<OwnerReference>, namespace?: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's', ...(namespace && { namespace }), ownerReferences: [{ ...OWNER, ...owner }] },
    });
    expect(ownerKey(SHOPS)(owned({}, 'n'))).to.equal('n/books');
    expect(ownerKey(SHOPS)(owned({ apiVersion: 'example.org/v1' }, 'n'))).to.equal(undefined);
    expect(ownerKey(SHOPS)(owned({ controller: false }, 'n'))).to.equal(undefined);
    expect(ownerKey(ZONES)(owned({ kind: 'Zone' }))).to.equal('books');
  });
});

function setUp() {
  const failed: string[] = [];
  const context: InformerContext = {
    // What happens on a watch is put into the caches by hand.
    client: undefined as never,
    random: () => 0,
    timers: { timeoutSeconds: 1, silenceMs: 1, echoMs: 1 },
    onWatchFailure: () => {},
    onObjectFailure: (_, key) => failed.push(key),
  };
  const informer = (type: ResourceType) =>
    new Informer<KubeObject>(context, { type, listOptions: {}, transform: (object) => object });
  const observer = { onAdd: () => {}, onDepth: () => {}, onGet: () => {}, onRetry: () => {} };
  const queue = new WorkQueue({ now: () => 0, random: () => 0, observer });
  /** Takes what is due, in order. */
  const keys = async () => {
    const taken: string[] = [];
    while (queue.depth > 0) {
      const key = (await queue.get())!;
      queue.done(key);
      taken.push(key);
    }
    return taken;
  };
  const [shops, services, zones] = [informer(SHOPS), informer(SERVICES), informer(ZONES)];
  for (const { cache } of [shops, services, zones]) cache.handleDelta({ type: 'ReplaceStarted' });
  return { shops, services, zones, queue, keys, failed };
}

function change({ cache, type }: Informer<KubeObject>, metadata: ObjectMeta): void {
  const object = { apiVersion: 'v1', kind: type.kind, metadata: { uid: metadata.name, ...metadata } };
  cache.handleDelta({ type: 'Upsert', object });
}

/** Ends the first lists. */
function sync(...informers: Informer<KubeObject>[]): void {
  for (const { cache } of informers) cache.handleDelta({ type: 'ReplaceEnded', resourceVersion: '2' });
}
