/**
 * What rendering a PeerGroup's children costs, and its parts, in one process and one run, interleaved: all of them by the
 * construct class, as the operator does it; the StatefulSet alone without a construct tree, for comparison; the config
 * by our few lines and by a YAML library.
 *
 *   node test/bench/render/children.ts
 *
 * Prints milliseconds of CPU (user + system) per render: the best of the rounds, which is what disturbances leave over.
 */
import { k8s } from 'cdk8s-plus-28';
import { parse, stringify } from 'yaml';
import { completePeerGroup } from '../../../constructs/crds/peer-group.ts';
import { peerConfig } from '../../../constructs/peer-config.ts';
import { renderPeerGroup } from '../../../constructs/peer-group.ts';
import { peerPod } from '../../../constructs/peer-pod.ts';
import { NO_RENDER_INPUTS } from '../../../constructs/render-inputs.ts';
import { CONTEXT, peerGroup } from '../../support/peer-groups.ts';

const ROUNDS = 7;
const RENDERS = 1_000;

const resource = peerGroup(
  { replicas: 5, interval: '5s', peers: [{ name: 'gw', url: 'http://gw.example' }] },
  { uid: 'u' },
);
const { name, namespace } = resource.metadata;
const configProps = {
  name,
  namespace,
  clusterDomain: CONTEXT.clusterDomain,
  spec: completePeerGroup(resource),
  inputs: NO_RENDER_INPUTS,
};
const config = parse(peerConfig(configProps));

const candidates: Readonly<Record<string, () => unknown>> = {
  'all children, construct class': () => renderPeerGroup(resource, CONTEXT),
  'StatefulSet alone, manifest()': () =>
    k8s.KubeStatefulSet.manifest({
      spec: {
        serviceName: name,
        selector: {},
        template: peerPod({ group: name, spec: configProps.spec, image: CONTEXT.image, configMap: name }),
      },
    }),
  'defaults and rules of the spec': () => completePeerGroup(resource),
  'config, ours': () => peerConfig(configProps),
  'config, YAML library': () => stringify(config),
};

const best = new Map<string, number>();
for (let round = 0; round < ROUNDS; round++) {
  for (const [title, render] of Object.entries(candidates)) {
    const started = process.cpuUsage();
    for (let i = 0; i < RENDERS; i++) render();
    const { user, system } = process.cpuUsage(started);
    const ms = (user + system) / 1_000 / RENDERS;
    best.set(title, Math.min(best.get(title) ?? Number.POSITIVE_INFINITY, ms));
  }
}
for (const [title, ms] of best) console.log(`${title.padEnd(34)}${ms.toFixed(3)} ms`);
