import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { contentHash } from './content-hash.ts';
import { completePeerGroup, type PeerGroup } from './crds/peer-group.ts';
import { peerLabels, peerSelector } from './labels.ts';
import { ADMIN_PORT, CONFIG_KEY, PING_PORT } from './names.ts';
import { ownerReferences } from './owner-references.ts';
import { peerConfig } from './peer-config.ts';
import { peerPod } from './peer-pod.ts';

/** What a render needs to know of the cluster. */
export interface RenderContext {
  /** Image of the peer server for groups that set none. */
  readonly image: string;
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
}

export interface PeerGroupChildrenProps {
  /** With `metadata.uid` the children are owned by it, as the operator needs it; without, they stand alone. */
  readonly resource: PeerGroup;
  readonly context: RenderContext;
}

/** An object as it goes to the API server. */
export interface RenderedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly k8s.OwnerReference[];
  };
  readonly [field: string]: unknown;
}

/**
 * The children of a PeerGroup: ServiceAccount, ConfigMap, headless Service, StatefulSet, PodDisruptionBudget. The
 * operator renders them at run time; in an app of one's own they are a group of peers that needs no operator.
 *
 * @throws InvalidPeerGroupError when the spec breaks a rule that the API server would have refused it by
 */
export class PeerGroupChildren extends Construct {
  constructor(scope: Construct, id: string, { resource, context }: PeerGroupChildrenProps) {
    super(scope, id);
    const { name, namespace } = resource.metadata;
    const spec = completePeerGroup(resource);
    const pod = { group: name, image: spec.image ?? context.image, resources: spec.resources };
    // A pod of an old revision keeps the ConfigMap that it understands: what restarts pods is in the name.
    const configMap = `${name}-config-${contentHash(JSON.stringify(peerPod({ ...pod, configMap: '' }))).slice(0, 8)}`;
    const matchLabels = peerSelector(name);
    const metadata = (childName: string): k8s.ObjectMeta => ({
      name: childName,
      namespace,
      labels: peerLabels(name),
      ownerReferences: ownerReferences('PeerGroup', resource),
    });

    new k8s.KubeServiceAccount(this, 'service-account', {
      metadata: metadata(name),
      automountServiceAccountToken: false,
    });
    new k8s.KubeConfigMap(this, 'config', {
      metadata: metadata(configMap),
      data: { [CONFIG_KEY]: peerConfig({ name, namespace, clusterDomain: context.clusterDomain, spec }) },
    });
    new k8s.KubeService(this, 'service', {
      metadata: metadata(name),
      spec: {
        clusterIp: 'None',
        // A peer that is starting or leaving has an address too: whether it answers is what is being measured.
        publishNotReadyAddresses: true,
        selector: matchLabels,
        ports: [port('ping', PING_PORT), port('admin', ADMIN_PORT)],
      },
    });
    new k8s.KubeStatefulSet(this, 'stateful-set', {
      metadata: metadata(name),
      spec: {
        replicas: spec.replicas,
        serviceName: name,
        podManagementPolicy: 'Parallel',
        selector: { matchLabels },
        template: peerPod({ ...pod, configMap }),
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
      metadata: metadata(name),
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels },
        // A pod that isn't ready serves nobody; it shall not hold up a drain.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}

/**
 * The children as plain objects, in the order in which to apply them.
 *
 * Pure: the same bytes for the same resource and context, no clock, no I/O.
 *
 * @throws InvalidPeerGroupError as {@link PeerGroupChildren} does
 */
export function renderPeerGroup(resource: PeerGroup, context: RenderContext): RenderedObject[] {
  const chart = new Chart(new App(), 'peer-group');
  new PeerGroupChildren(chart, resource.metadata.name, { resource, context });
  return chart.toJson();
}

function port(name: string, number: number): k8s.ServicePort {
  return { name, port: number, targetPort: k8s.IntOrString.fromString(name) };
}
