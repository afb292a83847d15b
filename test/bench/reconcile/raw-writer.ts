/**
 * The limit to compare with: sends the children of N groups, rendered beforehand, with the operator's own client and
 * concurrency and no logic at all. No cache, no watch, no queue, no plan, no status.
 *
 *   node test/bench/reconcile/raw-writer.ts KUBECONFIG NAMESPACE GROUPS WORKERS
 *
 * Prints one line of JSON: `{"seconds": …, "cpuSeconds": …}`.
 */

import { FIELD_MANAGER } from '../../../constructs/names.ts';
import { KubeClient } from '../../../reconciler/kube/client.ts';
import { Credentials } from '../../../reconciler/kube/credentials.ts';
import { loadKubeconfig } from '../../../reconciler/kube/load-kubeconfig.ts';
import { Transport } from '../../../reconciler/kube/transport.ts';
import { CHILD_TYPES } from '../../../reconciler/peer-group/resources.ts';
import { renderBenchGroup } from './bench-group.ts';

const [file = '', namespace = '', groups = '', workers = ''] = process.argv.slice(2);
const transport = new Transport({
  credentials: new Credentials(
    () => loadKubeconfig({ file, inCluster: false }),
    () => performance.now(),
  ),
  maxInFlight: 32,
  userAgent: 'rollcall-raw-writer',
  onResponse: () => {},
});
const client = new KubeClient(transport);
const types = new Map(CHILD_TYPES.map((type) => [type.kind, type]));
const rendered = Array.from({ length: Number(groups) }, (_, i) => renderBenchGroup(`raw-${i}`, namespace));

const started = performance.now();
const cpu = process.cpuUsage();
await Promise.all(
  Array.from({ length: Number(workers) }, async () => {
    for (let children = rendered.pop(); children !== undefined; children = rendered.pop()) {
      for (const child of children) {
        await client.createByApply(types.get(child.kind)!, child, { fieldManager: FIELD_MANAGER });
      }
    }
  }),
);
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ seconds: (performance.now() - started) / 1_000, cpuSeconds: (user + system) / 1e6 }));
await transport.close();
