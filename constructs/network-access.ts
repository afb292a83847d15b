import { k8s } from 'cdk8s-plus-28';
import type { CompletePeerGroupSpec } from './crds/peer-group.ts';
import { OPERATOR_SELECTOR, peerSelector } from './labels.ts';
import { ADMIN_PORT, OPERATOR_NAMESPACE, PING_PORT } from './names.ts';

const OPERATOR: k8s.NetworkPolicyPeer = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': OPERATOR_NAMESPACE } },
  podSelector: { matchLabels: OPERATOR_SELECTOR },
};

/**
 * Sources that may connect to a group's pods. Ping port: the group, groups that reference it, the operator (to read reports
 * there) and `from`; all sources if the client Service is reachable from outside. Admin port: the operator and `from`.
 *
 * @param sources names of groups that name this one in their `peers`
 */
export function networkPolicySpec(
  group: string,
  { networkPolicy, service }: CompletePeerGroupSpec,
  sources: readonly string[],
): k8s.NetworkPolicySpec {
  const from = (networkPolicy.from ?? []) as readonly k8s.NetworkPolicyPeer[];
  const groups = [group, ...sources].map((name) => ({ podSelector: { matchLabels: peerSelector(name) } }));
  const ping = { ports: [tcp(PING_PORT)] };
  return {
    podSelector: { matchLabels: peerSelector(group) },
    policyTypes: ['Ingress'],
    ingress: [
      service.type === 'ClusterIP' ? { ...ping, from: [...groups, OPERATOR, ...from] } : ping,
      { ports: [tcp(ADMIN_PORT)], from: [OPERATOR, ...from] },
    ],
  };
}

function tcp(port: number): k8s.NetworkPolicyPort {
  return { protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) };
}
