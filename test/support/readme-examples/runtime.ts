import { randomUUID } from 'node:crypto';
import { KubeClient } from '../../../reconciler/kube/client.ts';
import { Credentials } from '../../../reconciler/kube/credentials.ts';
import { Informer } from '../../../reconciler/kube/informer.ts';
import { loadKubeconfig } from '../../../reconciler/kube/load-kubeconfig.ts';
import { FieldsPool } from '../../../reconciler/kube/managed-fields.ts';
import type { KubeObject } from '../../../reconciler/kube/object.ts';
import { keepAppliedFields, stripManagedFields } from '../../../reconciler/kube/transform.ts';
import { Transport } from '../../../reconciler/kube/transport.ts';
import { applyChildren, forgetDeleted } from '../../../reconciler/runtime/apply-children.ts';
import { controller } from '../../../reconciler/runtime/controller-builder.ts';
import { FieldContests } from '../../../reconciler/runtime/field-contests.ts';
import { createLogger } from '../../../reconciler/runtime/logger.ts';
import { runManager } from '../../../reconciler/runtime/manager.ts';
import { Metrics } from '../../../reconciler/runtime/metrics.ts';
import { NoOpApplies } from '../../../reconciler/runtime/no-op-applies.ts';
import { withAppliedHash } from '../../../reconciler/runtime/plan-children.ts';
import { DONE } from '../../../reconciler/runtime/reconcile-result.ts';
import { WorkQueue } from '../../../reconciler/runtime/work-queue.ts';
import { createStdout } from '../../../server/process/stdout.ts';

type ConfigMap = KubeObject & { readonly data?: Readonly<Record<string, string>> };

const now = () => performance.now();
const credentials = new Credentials(() => loadKubeconfig({ inCluster: false }), now);
const transport = new Transport({ credentials, maxInFlight: 8, userAgent: 'mirror/1', onResponse: () => {} });
const client = new KubeClient(transport);
const log = createLogger('info', createStdout());
const metrics = new Metrics('1', now);
const queue = new WorkQueue({ now, random: Math.random, observer: metrics.queueObserver('configmap') });
const informers = {
  client,
  random: Math.random,
  timers: { timeoutSeconds: 290, silenceMs: 90_000, echoMs: 10_000 },
  onWatchFailure: (_: unknown, err: unknown) => log.warn({ err }, 'Watch failed, retrying'),
  onObjectFailure: (_: unknown, object: string, err: unknown) => log.error({ object, err }, 'Could not read an object'),
};

const fieldManager = 'mirror';
const type = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const sources = new Informer(informers, {
  type,
  listOptions: { labelSelector: 'mirror' },
  transform: (object) => stripManagedFields(object) as ConfigMap,
});
const copies = new Informer<KubeObject>(informers, {
  type,
  listOptions: { labelSelector: 'mirror-of' },
  transform: keepAppliedFields(stripManagedFields, fieldManager, new FieldsPool()),
});
const children = {
  client,
  fieldManager,
  kinds: new Map([['ConfigMap', { type, cache: copies.cache }]]),
  noOps: new NoOpApplies(),
  contests: new FieldContests(now),
};

function render({ apiVersion, kind, metadata: { name, namespace, uid }, data }: ConfigMap) {
  const owner = { apiVersion, kind, name, uid: uid!, controller: true };
  const metadata = {
    ...{ name: `${name}-copy`, namespace: namespace!, ownerReferences: [owner] },
    labels: { 'mirror-of': name },
  };
  return withAppliedHash({ apiVersion, kind, metadata, data });
}

const mirror = controller(sources, {
  queue,
  reconcile: async (key) => {
    const source = sources.cache.get(key);
    if (source === undefined) return DONE;
    const { apiVersion, kind, metadata } = source;
    const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid! };
    await applyChildren([render(source)], owner, children, false);
    return DONE;
  },
})
  .observes(copies, (event) => forgetDeleted(event, children))
  .owns(copies)
  .build();

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const options = { workers: 2, resyncMs: 600_000, metrics, log, newId: randomUUID, leading: Promise.resolve() };
await runManager([mirror], options, stop.signal);
await transport.close();
