import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { GroupPlace } from './addresses.ts';
import { Certificate } from './certificate.ts';
import { contentHash } from './content-hash.ts';
import { completePeerGroup, type PeerGroup } from './crds/peer-group.ts';
import { acceptedCertificates, externalTargets } from './external-targets.ts';
import { peerLabels, peerSelector } from './labels.ts';
import { AlertingRules } from './monitoring/alerting-rules.ts';
import { PodMonitor } from './monitoring/pod-monitor.ts';
import { groupRules } from './monitoring/rule-groups.ts';
import { PEER_RELABELINGS } from './monitoring/target-labels.ts';
import { ANNOTATION_DEFAULT_IMAGE, CONFIG_KEY } from './names.ts';
import { networkPolicySpec } from './network-access.ts';
import { ownerReferences } from './owner-references.ts';
import { peerConfig } from './peer-config.ts';
import { peerPod } from './peer-pod.ts';
import { PeerServices } from './peer-services.ts';
import { PeersPerNode, ReplicatedPeers } from './peer-workload.ts';
import { NO_RENDER_INPUTS, type RenderInputs } from './render-inputs.ts';

/** Settings of the cluster that rendering needs. */
export interface RenderContext {
  /** Default image of the peers. */
  readonly image: string;
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
}

export interface PeerGroupChildrenProps {
  /** With `metadata.uid`, the children have an owner reference to it; without, they have none. */
  readonly resource: PeerGroup;
  readonly context: RenderContext;
  /** @default none */
  readonly inputs?: RenderInputs;
}

/** An object as it is sent to the API server. */
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
 * The children of a PeerGroup. The operator renders them at run time; in a cdk8s app they are a group of peers that
 * needs no operator (without what depends on other objects of the cluster: see {@link RenderInputs}).
 *
 * @throws InvalidPeerGroupError if the API server would reject the spec
 */
export class PeerGroupChildren extends Construct {
  constructor(scope: Construct, id: string, props: PeerGroupChildrenProps) {
    super(scope, id);
    const { resource, context, inputs = NO_RENDER_INPUTS } = props;
    const { name, namespace } = resource.metadata;
    const spec = completePeerGroup(resource);
    const place: GroupPlace = { name, namespace, clusterDomain: context.clusterDomain };
    const metadata = (childName: string): k8s.ObjectMeta => ({
      name: childName,
      namespace,
      labels: peerLabels(name),
      ownerReferences: ownerReferences('PeerGroup', resource),
    });
    const pod = { group: name, spec, image: context.image };
    // Pods of an old revision keep a ConfigMap that they understand: its name depends on the fields that restart pods.
    const configMap = `${name}-config-${contentHash(JSON.stringify(peerPod({ ...pod, configMap: '' }))).slice(0, 8)}`;

    new k8s.KubeServiceAccount(this, 'service-account', {
      metadata: metadata(name),
      automountServiceAccountToken: false,
    });
    const config = { ...place, spec, inputs };
    new k8s.KubeConfigMap(this, 'config', {
      metadata: metadata(configMap),
      data: { [CONFIG_KEY]: peerConfig(config), ...acceptedCertificates(externalTargets(config)) },
    });
    new PeerServices(this, 'services', { metadata, group: name, service: spec.service });
    const common = { metadata: metadata(name), group: name };
    const { takenServices = [] } = inputs;
    if (spec.tls.issuerRef)
      new Certificate(this, 'certificate', { ...common, place, takenServices, issuerRef: spec.tls.issuerRef });
    if (spec.networkPolicy.enabled)
      new k8s.KubeNetworkPolicy(this, 'network-policy', {
        metadata: metadata(name),
        spec: networkPolicySpec(name, spec, inputs.sources),
      });
    const Workload = spec.placement === 'PerNode' ? PeersPerNode : ReplicatedPeers;
    const annotations: Record<string, string> =
      spec.image === undefined ? { [ANNOTATION_DEFAULT_IMAGE]: context.image } : {};
    new Workload(this, 'workload', { ...common, annotations, spec, template: peerPod({ ...pod, configMap }) });
    if (spec.monitoring.podMonitor)
      new PodMonitor(this, 'pod-monitor', {
        metadata: metadata(name),
        selector: peerSelector(name),
        relabelings: PEER_RELABELINGS,
      });
    if (spec.monitoring.rules)
      new AlertingRules(this, 'rules', { metadata: metadata(name), group: groupRules(namespace, name) });
  }
}

/**
 * The children as plain objects, in the order in which to apply them.
 *
 * Pure: the same result for the same resource and context, no clock, no I/O.
 *
 * @throws InvalidPeerGroupError as {@link PeerGroupChildren} does
 */
export function renderPeerGroup(
  resource: PeerGroup,
  context: RenderContext,
  inputs: RenderInputs = NO_RENDER_INPUTS,
): RenderedObject[] {
  const chart = new Chart(new App(), 'peer-group');
  new PeerGroupChildren(chart, resource.metadata.name, { resource, context, inputs });
  return chart.toJson();
}
