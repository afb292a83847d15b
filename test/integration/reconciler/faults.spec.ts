import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from '../../support/fault-proxy.ts';
import { installDist } from '../../support/operator-identity.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { conditionOf, openWorld, peerGroup, type World } from '../../support/world.ts';

const GONE = JSON.stringify({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  reason: 'Expired',
  code: 410,
  message: 'too old',
});

describe('an operator behind a bad network', () => {
  let world: World;
  let proxy: FaultProxy;
  let operator: OperatorProcess;

  before(async function () {
    this.timeout(60_000);
    await installDist(controlPlane());
    world = openWorld(controlPlane());
    proxy = await startFaultProxy(controlPlane());
    operator = await startOperator({ controlPlane: controlPlane(), server: proxy.url });
  });

  afterEach(() => proxy.setRule(undefined));

  after(async () => {
    await operator?.stop();
    await proxy?.stop();
    await world?.close();
  });

  /** Makes a group, and waits until the operator has done its part. */
  async function convergesWithin(ns: string, name: string, ms: number): Promise<void> {
    await world.create(peerGroup(ns, name, { replicas: 1 }));
    await eventually(async () => {
      const group = await world.get('PeerGroup', ns, name);
      expect(group?.status?.observedGeneration, 'observedGeneration').to.equal(1);
    }, ms);
  }

  /** Requests of the operator since a point in time, watches included. */
  const requestsSince = (at: number) => proxy.requests.filter((request) => request.at >= at);

  /** Lists and watches of each informer. Other requests are left out: some work off what earlier suites deleted. */
  const readsOfEach = (requests: readonly ProxiedRequest[]) => {
    const reads = new Map<string, number>();
    for (const { method, url } of requests) {
      const { pathname, searchParams } = new URL(url, proxy.url);
      const isList = searchParams.has('limit') || searchParams.has('watch');
      const informer = `${pathname} ${searchParams.get('labelSelector')}`;
      if (method === 'GET' && isList) reads.set(informer, (reads.get(informer) ?? 0) + 1);
    }
    return reads;
  };

  it('comes back within seconds when every connection is reset', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const at = performance.now();
    proxy.reset();
    await convergesWithin(ns, 'web', 10_000);
    expect(Math.max(...readsOfEach(requestsSince(at)).values()), 'reads of one resource').to.be.within(1, 4);
  });

  it('relists after 410 in the middle of a watch, and sees what happened meanwhile', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const at = performance.now();
    proxy.injectIntoWatches(
      '/apis/rollcall.dev/v1alpha1/peergroups',
      JSON.stringify({ type: 'ERROR', object: JSON.parse(GONE) }),
    );
    await convergesWithin(ns, 'web', 8_000);
    const lists = requestsSince(at).filter(
      ({ url, isWatch }) =>
        url.startsWith('/apis/rollcall.dev/v1alpha1/peergroups?') && (!isWatch || url.includes('sendInitialEvents')),
    );
    expect(lists.length).to.be.within(1, 2);
  });

  it('backs off and relists when every new watch is answered with 410', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const at = performance.now();
    proxy.setRule(({ isWatch }) => (isWatch ? { type: 'answer', status: 410, body: GONE } : undefined));
    proxy.reset();
    await eventually(() => {
      const reads = readsOfEach(requestsSince(at));
      expect(reads.size, 'informers').to.be.at.least(5);
      expect(Math.min(...reads.values()), 'a watch, a stream, a list and a watch').to.be.at.least(4);
    }, 30_000);
    const seconds = (performance.now() - at) / 1_000;
    // A list and a watch per attempt, each attempt later than the one before.
    expect(Math.max(...readsOfEach(requestsSince(at)).values())).to.be.lessThan(4 + 4 * seconds);
    proxy.setRule(undefined);
    await convergesWithin(ns, 'web', 15_000);
  });

  it('waits as long as a 429 asks for', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const body = JSON.stringify({ kind: 'Status', code: 429, reason: 'TooManyRequests', message: 'slow down' });
    proxy.setRule(({ method }) =>
      method === 'PATCH' ? { type: 'answer', status: 429, headers: { 'retry-after': '2' }, body } : undefined,
    );
    const at = performance.now();
    await world.create(peerGroup(ns, 'web'));
    await eventually(() => expect(patches(ns, at).length).to.be.at.least(2), 10_000);
    const [first, second] = patches(ns, at);
    expect(second!.at - first!.at).to.be.at.least(1_950);
    proxy.setRule(undefined);
    await eventually(async () =>
      expect((await world.get('PeerGroup', ns, 'web'))?.status?.observedGeneration).to.equal(1),
    );
  });

  const patches = (ns: string, at: number) =>
    requestsSince(at).filter(({ method, url }) => method === 'PATCH' && url.includes(`/${ns}/serviceaccounts`));

  it('tries again, ever more slowly, while every write is answered with 500', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    proxy.setRule(({ method }) => (method === 'PATCH' ? { type: 'answer', status: 500, body: 'boom' } : undefined));
    const at = performance.now();
    await world.create(peerGroup(ns, 'web'));
    await eventually(() => expect(patches(ns, at).length).to.be.at.least(6), 10_000);
    expect(patches(ns, at).length).to.be.lessThan(20);
    proxy.setRule(undefined);
    await eventually(async () =>
      expect((await world.get('PeerGroup', ns, 'web'))?.status?.observedGeneration).to.equal(1),
    );
  });

  it('takes no pod that has gone meanwhile for a refusal', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await convergesWithin(ns, 'web', 10_000);
    await eventually(async () => expect(await world.get('Pod', ns, 'web-0')).not.to.equal(undefined));
    const isTold = ({ method, url }: ProxiedRequest) => method === 'PATCH' && url.includes(`/${ns}/pods/`);
    const gone = JSON.stringify({ kind: 'Status', code: 404, reason: 'NotFound', message: 'pods "web-0" not found' });
    proxy.setRule((request) => (isTold(request) ? { type: 'answer', status: 404, body: gone } : undefined));
    await world.patch('PeerGroup', ns, 'web', { spec: { interval: '7s' } });
    await eventually(async () => {
      expect(proxy.requests.some(isTold)).to.equal(true);
      const group = await world.get('PeerGroup', ns, 'web');
      expect(conditionOf(group, 'Degraded')).to.include({ status: 'False', observedGeneration: 2 });
    });
    const said = operator.logs.filter(({ namespace, reason }) => namespace === ns && reason === 'Refused');
    expect(said, 'of a pass that was soon made good').to.deep.equal([]);
  });

  it('does not bring back a group that is deleted while its status is being answered', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const isStatus = ({ method, url }: ProxiedRequest) => method === 'PATCH' && url.includes(`/${ns}/peergroups/web/`);
    proxy.setRule((request) => (isStatus(request) ? { type: 'answer late', ms: 1_000 } : undefined));
    await world.create(peerGroup(ns, 'web', { replicas: 1 }));
    await eventually(async () => expect((await world.get('PeerGroup', ns, 'web'))?.status).not.to.equal(undefined));
    await world.delete('PeerGroup', ns, 'web');
    await eventually(async () => expect(await world.list('StatefulSet', ns)).to.deep.equal([]), 40_000);
    await sleep(2_000);
    const at = performance.now();
    await sleep(1_000);
    expect(patches(ns, at)).to.deep.equal([]);
    expect(await world.list('StatefulSet', ns)).to.deep.equal([]);
  });

  it('understands events that arrive in pieces', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    proxy.setRule(() => ({ type: 'split', bytes: 37 }));
    proxy.reset();
    await convergesWithin(ns, 'web', 15_000);
  });

  for (const reset of [true, false]) {
    it(`loses no event when watches are cut off in the middle of one, ${reset ? 'with' : 'without'} a reset`, async function () {
      this.timeout(90_000);
      const ns = await namespaceFor(this);
      // Long enough for a bookmark or a first event of every kind, too short for what three groups bring.
      proxy.setRule(({ isWatch }) => (isWatch ? { type: 'truncate', bytes: 12_000, reset } : undefined));
      proxy.reset();
      for (const name of ['a', 'b', 'c']) await world.create(peerGroup(ns, name, { replicas: 1 }));
      await eventually(async () => {
        const groups = await world.list('PeerGroup', ns);
        expect(groups.map(({ status }) => status?.observedGeneration)).to.deep.equal([1, 1, 1]);
      }, 30_000);
      proxy.setRule(undefined);
      await eventually(async () => {
        for (const resource of ['peergroups', 'statefulsets', 'services']) {
          const kind = { peergroups: 'PeerGroup', statefulsets: 'StatefulSet', services: 'Service' }[resource]!;
          const ours = (await world.list(kind)).filter(
            ({ metadata }) => kind === 'PeerGroup' || metadata.labels?.['app.kubernetes.io/component'] === 'peer',
          );
          expect(await operator.metric('rollcall_cache_objects', { resource }), resource).to.equal(ours.length);
        }
        // The last attempt may have been just before the network healed, and the next is up to 30 s later.
      }, 40_000);
    });
  }

  it('works on while the API server takes half a second for everything', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    proxy.setRule(() => ({ type: 'delay', ms: 500 }));
    await convergesWithin(ns, 'web', 15_000);
  });
});
