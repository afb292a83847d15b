import { KubeClient } from '../../../reconciler/kube/client.ts';
import { Credentials } from '../../../reconciler/kube/credentials.ts';
import { Informer } from '../../../reconciler/kube/informer.ts';
import { loadKubeconfig } from '../../../reconciler/kube/load-kubeconfig.ts';
import { keyOf } from '../../../reconciler/kube/object.ts';
import { stripManagedFields } from '../../../reconciler/kube/transform.ts';
import { Transport } from '../../../reconciler/kube/transport.ts';

const now = () => performance.now();
const credentials = new Credentials(() => loadKubeconfig({ inCluster: false }), now);
const transport = new Transport({ credentials, maxInFlight: 8, userAgent: 'example/1', onResponse: () => {} });
const client = new KubeClient(transport);
const type = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };

const context = {
  client,
  random: Math.random,
  timers: { timeoutSeconds: 290, silenceMs: 90_000, echoMs: 10_000 },
  onWatchFailure: (_: unknown, error: unknown) => console.error('Watch failed, retrying:', error),
  onObjectFailure: (_: unknown, key: string, error: unknown) => console.error(key, error),
};
const informer = new Informer(context, {
  type,
  listOptions: { namespaces: [process.env.NAMESPACE!] },
  transform: stripManagedFields,
});
informer.addEventHandler(({ object, old, deleted }) => {
  console.log(deleted ? 'deleted' : old ? 'changed' : 'added', keyOf(object));
  if (deleted || object.metadata.labels?.seen) return;
  const { apiVersion, kind, metadata } = object;
  const { name, namespace, uid } = metadata;
  const labelled = { apiVersion, kind, metadata: { name, namespace: namespace!, uid: uid!, labels: { seen: 'true' } } };
  // Server-side apply, of this very object: one that was deleted meanwhile is not created again.
  informer.cache
    .write(keyOf(object), () => client.apply(type, labelled, { fieldManager: 'example' }))
    .catch(console.error);
});

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
await informer.run(stop.signal);
await transport.close();
