import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { expect } from 'chai';
import type { CacheEvent } from '../../../../reconciler/kube/cache.ts';
import { KubeClient } from '../../../../reconciler/kube/client.ts';
import { Credentials } from '../../../../reconciler/kube/credentials.ts';
import { Informer } from '../../../../reconciler/kube/informer.ts';
import { type KubeObject, keyOf } from '../../../../reconciler/kube/object.ts';
import type { ResourceType } from '../../../../reconciler/kube/resource-type.ts';
import { stripManagedFields } from '../../../../reconciler/kube/transform.ts';
import { Transport } from '../../../../reconciler/kube/transport.ts';
import { controlPlane, namespaceFor } from '../../../support/control-plane.ts';
import { eventually } from '../../../support/eventually.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../../../support/fault-proxy.ts';
import { installDist, writeOperatorKubeconfig } from '../../../support/operator-identity.ts';
import { openWorld, type World } from '../../../support/world.ts';

const CONFIG_MAPS: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};

describe('informer', () => {
  let world: World;
  let proxy: FaultProxy;
  let dir: string;

  before(async function () {
    this.timeout(60_000);
    await installDist(controlPlane());
    world = openWorld(controlPlane());
    proxy = await startFaultProxy(controlPlane());
    dir = mkdtempSync(join(tmpdir(), 'rollcall-informer-'));
    await writeOperatorKubeconfig(controlPlane(), join(dir, 'kubeconfig'), proxy.url);
  });

  after(async () => {
    await proxy?.stop();
    await world?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Runs an informer on the namespace's ConfigMaps until the callback ends. */
  async function withInformer(
    ns: string,
    timers: { silenceMs: number; echoMs: number },
    use: (informer: Informer<KubeObject>, client: KubeClient, events: CacheEvent<KubeObject>[]) => Promise<void>,
  ): Promise<void> {
    const load = () => {
      const config = new KubeConfig();
      config.loadFromFile(join(dir, 'kubeconfig'));
      return config;
    };
    const transport = new Transport({
      credentials: new Credentials(load, () => performance.now()),
      maxInFlight: 4,
      userAgent: 'rollcall-test',
      onResponse: () => {},
    });
    const client = new KubeClient(transport);
    const events: CacheEvent<KubeObject>[] = [];
    const informer = new Informer<KubeObject>(
      {
        client,
        random: Math.random,
        timers: { timeoutSeconds: 290, ...timers },
        onWatchFailure: () => {},
        onObjectFailure: () => {},
      },
      {
        type: CONFIG_MAPS,
        listOptions: { namespaces: [ns] },
        transform: stripManagedFields,
        onEvent: (event) => events.push(event),
      },
    );
    const stop = new AbortController();
    const running = informer.run(stop.signal);
    try {
      await informer.synced();
      await eventually(() => {
        expect(proxy.requests.some(({ isWatch, url }) => isWatch && url.includes(`/${ns}/`))).to.equal(true);
      });
      await use(informer, client, events);
    } finally {
      stop.abort();
      await transport.close();
      await running;
    }
  }

  const configMap = (ns: string, name: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: ns, name },
  });

  /** Waits until cache and API server agree on every object and its version. */
  async function agrees(informer: Informer<KubeObject>, ns: string, ms: number): Promise<void> {
    await eventually(async () => {
      const there = (await world.list('ConfigMap', ns)).map((object) => [
        keyOf(object),
        object.metadata.resourceVersion,
      ]);
      const here = [...informer.cache.values()].map((object) => [keyOf(object), object.metadata.resourceVersion]);
      expect(here).to.have.deep.members(there);
    }, ms);
  }

  it('tells everybody who listens, of one watch that several may run', async function () {
    const ns = await namespaceFor(this);
    await withInformer(ns, { silenceMs: 60_000, echoMs: 60_000 }, async (informer, _client, events) => {
      const others: string[] = [];
      informer.addEventHandler(({ object }) => others.push(keyOf(object)));
      void informer.run(new AbortController().signal);
      await world.create(configMap(ns, 'told'));
      await eventually(() => expect(others).to.include(`${ns}/told`));
      // Kubernetes puts a ConfigMap of its own into every namespace, sooner or later.
      const told = (keys: readonly string[]) => keys.filter((key) => key.endsWith('/told'));
      expect(told(events.map(({ object }) => keyOf(object)))).to.deep.equal([`${ns}/told`]);
      expect(told(others)).to.deep.equal([`${ns}/told`]);
    });
  });

  it('notices that its connection went silent without being closed, and sees what it missed', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await withInformer(ns, { silenceMs: 2_000, echoMs: 60_000 }, async (informer) => {
      await world.create(configMap(ns, 'before'));
      await agrees(informer, ns, 5_000);
      proxy.goDark();
      await world.create(configMap(ns, 'meanwhile'));
      await world.delete('ConfigMap', ns, 'before');
      await agrees(informer, ns, 10_000);
    });
  });

  it('does not wait for a bookmark when a write of its own fails to come back', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await withInformer(ns, { silenceMs: 60_000, echoMs: 1_500 }, async (informer, client) => {
      // The watch's connection only: the write goes out on one of its own.
      proxy.goDark('watches');
      await informer.cache.write(`${ns}/ours`, () =>
        client.createByApply(CONFIG_MAPS, configMap(ns, 'ours'), { fieldManager: 'test' }),
      );
      await world.create(configMap(ns, 'theirs'));
      await agrees(informer, ns, 10_000);
    });
  });

  it('reports a deletion that happened while it was not watching', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await withInformer(ns, { silenceMs: 60_000, echoMs: 60_000 }, async (informer, _, events) => {
      await world.create(configMap(ns, 'doomed'));
      await agrees(informer, ns, 5_000);
      proxy.setRule(({ isWatch }) =>
        isWatch ? { type: 'answer', status: 410, body: '{"kind":"Status","code":410}' } : undefined,
      );
      proxy.reset();
      await world.delete('ConfigMap', ns, 'doomed');
      await agrees(informer, ns, 10_000);
      proxy.setRule(undefined);
      expect(events.filter(({ deleted }) => deleted).map(({ object }) => object.metadata.name)).to.deep.equal([
        'doomed',
      ]);
    });
  });

  it('reads many objects completely, by a stream or, where there is none, in pages', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const names = Array.from({ length: 1_100 }, (_, i) => `page-${i}`);
    const queue = [...names];
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (let name = queue.pop(); name !== undefined; name = queue.pop()) await world.create(configMap(ns, name));
      }),
    );
    const read = async () => {
      const at = performance.now();
      await withInformer(ns, { silenceMs: 60_000, echoMs: 60_000 }, (informer) => agrees(informer, ns, 5_000));
      const requests = proxy.requests.filter((request) => request.at >= at);
      const streams = requests.filter(({ url }) => url.includes('sendInitialEvents=true'));
      return { lists: requests.filter(({ isWatch }) => !isWatch).length, streams: streams.length };
    };
    // By a stream, as this API server does it; then as one that has it turned off, and as one that never completes it.
    expect(await read()).to.deep.equal({ lists: 0, streams: 1 });
    const refusal = '{"kind":"Status","code":422,"reason":"Invalid"}';
    const streamsAre = (fault: Fault) =>
      proxy.setRule(({ url }) => (url.includes('sendInitialEvents=true') ? fault : undefined));
    streamsAre({ type: 'answer', status: 422, body: refusal });
    expect(await read()).to.deep.equal({ lists: 3, streams: 1 });
    streamsAre({ type: 'truncate', bytes: 100_000, reset: false });
    expect(await read()).to.deep.equal({ lists: 3, streams: 1 });
    proxy.setRule(undefined);
  });
});
