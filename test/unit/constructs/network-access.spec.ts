import { expect } from 'chai';
import type { PeerGroupSpec } from '../../../constructs/crds/peer-group.ts';
import { OPERATOR_LABELS, peerLabels } from '../../../constructs/labels.ts';
import { ADMIN_PORT, PING_PORT } from '../../../constructs/names.ts';
import { childrenOf } from './support.ts';

interface Client {
  readonly labels: Readonly<Record<string, string>>;
  readonly namespace: string;
}

/** Who may connect to a port, by the rules of a NetworkPolicy (podSelector and namespaceSelector with matchLabels). */
function admits(spec: PeerGroupSpec, sources: readonly string[], port: number, client: Client): boolean {
  const policy = childrenOf(spec, { sources }).of('NetworkPolicy');
  const matches = (wanted: Record<string, string> | undefined, labels: Readonly<Record<string, string>>) =>
    Object.entries(wanted ?? {}).every(([key, value]) => labels[key] === value);
  // biome-ignore lint/suspicious/noExplicitAny: a NetworkPolicyIngressRule
  return policy.spec.ingress.some((rule: any) => {
    if (!rule.ports.some((allowed: { port: number }) => allowed.port === port)) return false;
    if (rule.from === undefined) return true;
    // biome-ignore lint/suspicious/noExplicitAny: a NetworkPolicyPeer
    return rule.from.some(({ podSelector, namespaceSelector }: any) => {
      const inNamespace = namespaceSelector
        ? matches(namespaceSelector.matchLabels, { 'kubernetes.io/metadata.name': client.namespace })
        : client.namespace === policy.metadata.namespace;
      return inNamespace && matches(podSelector?.matchLabels, client.labels);
    });
  });
}

const own: Client = { labels: peerLabels('web'), namespace: 'demo' };
const source: Client = { labels: peerLabels('pinger'), namespace: 'demo' };
const operator: Client = { labels: OPERATOR_LABELS, namespace: 'rollcall-system' };
const stranger: Client = { labels: { app: 'curl' }, namespace: 'demo' };
const prometheus: Client = { labels: { app: 'prometheus' }, namespace: 'monitoring' };
const fromMonitoring = {
  podSelector: {},
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
};

describe("a group's NetworkPolicy", () => {
  it('selects the group’s pods and restricts what comes in only', () => {
    const { spec } = childrenOf().of('NetworkPolicy');
    expect(spec.policyTypes).to.deep.equal(['Ingress']);
    expect(peerLabels('web')).to.include(spec.podSelector.matchLabels);
  });

  it('lets the group ping itself, and those who name it in their peers', () => {
    expect(admits({}, ['pinger'], PING_PORT, own)).to.equal(true);
    expect(admits({}, ['pinger'], PING_PORT, source)).to.equal(true);
    expect(admits({}, [], PING_PORT, source)).to.equal(false);
  });

  it('keeps namesakes of other namespaces and strangers out', () => {
    expect(admits({}, [], PING_PORT, { ...own, namespace: 'other' })).to.equal(false);
    expect(admits({}, [], PING_PORT, stranger)).to.equal(false);
  });

  it('lets the operator read reports', () => {
    expect(admits({}, [], PING_PORT, operator)).to.equal(true);
    expect(admits({}, [], ADMIN_PORT, operator)).to.equal(true);
    expect(admits({}, [], PING_PORT, { ...operator, namespace: 'demo' })).to.equal(false);
  });

  it('opens both ports to whoever `from` names', () => {
    const spec = { networkPolicy: { from: [fromMonitoring] } };
    expect(admits(spec, [], ADMIN_PORT, prometheus)).to.equal(true);
    expect(admits(spec, [], PING_PORT, prometheus)).to.equal(true);
    expect(admits({}, [], ADMIN_PORT, prometheus)).to.equal(false);
  });

  it('opens the ping port, and no other, when the client Service is reachable from outside', () => {
    const spec: PeerGroupSpec = { service: { type: 'LoadBalancer' } };
    expect(admits(spec, [], PING_PORT, stranger)).to.equal(true);
    expect(admits(spec, [], ADMIN_PORT, stranger)).to.equal(false);
  });

  it('is left out where it is turned off', () => {
    expect(childrenOf({ networkPolicy: { enabled: false } }).kinds).not.to.include('NetworkPolicy');
  });
});
