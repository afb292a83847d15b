import { expect } from 'chai';
import type { PeerGroupSpec } from '../../../constructs/crds/peer-group.ts';
import { renderPeerGroup } from '../../../constructs/peer-group.ts';
import { CONTEXT, peerGroup } from '../../support/peer-groups.ts';
import { type Child, childrenOf } from './support.ts';

describe("a group's optional children", () => {
  it('are a client Service of the type and annotations asked for', () => {
    const { metadata, spec } = childrenOf({
      service: { type: 'LoadBalancer', annotations: { 'lb.example/internal': 'true' } },
    }).of('Service', 'web-svc');
    expect(metadata.annotations).to.deep.equal({ 'lb.example/internal': 'true' });
    expect([spec.type, spec.ports]).to.deep.equal(['LoadBalancer', [{ name: 'ping', port: 8080, targetPort: 'ping' }]]);
  });

  it('are an autoscaler that scales the group, not its StatefulSet', () => {
    const { spec } = childrenOf({ autoscaling: { maxReplicas: 9 } }).of('HorizontalPodAutoscaler');
    expect(spec.scaleTargetRef).to.deep.equal({ apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', name: 'web' });
    expect([spec.minReplicas, spec.maxReplicas]).to.deep.equal([1, 9]);
  });

  it('are a disruption budget as wide as asked for', () => {
    const budget = (spec: PeerGroupSpec) => childrenOf(spec).of('PodDisruptionBudget').spec.maxUnavailable;
    expect(budget({ disruptionBudget: { maxUnavailable: '20%' } })).to.equal('20%');
    expect(budget({ disruptionBudget: { maxUnavailable: 3 } })).to.equal(3);
  });

  it('are a PodMonitor of the admin port and alerting rules, where asked for', () => {
    const { of, kinds } = childrenOf({ monitoring: { podMonitor: true, rules: true } });
    expect(of('PodMonitor').spec.podMetricsEndpoints[0]).to.include({ port: 'admin', path: '/metrics' });
    expect(of('PrometheusRule').spec.groups[0].rules.map(({ alert }: { alert: string }) => alert)).to.include(
      'RollcallPeerDown',
    );
    expect(kinds).to.include.members(['PodMonitor', 'PrometheusRule']);
    expect(childrenOf().kinds).not.to.include.members(['PodMonitor', 'PrometheusRule']);
  });

  it('are rules that select the group by the label that its PodMonitor makes, not by the names of pods', () => {
    const { of } = childrenOf({ monitoring: { podMonitor: true, rules: true } });
    const { relabelings } = of('PodMonitor').spec.podMetricsEndpoints[0];
    expect(relabelings).to.deep.include({
      action: 'replace',
      sourceLabels: ['__meta_kubernetes_pod_label_app_kubernetes_io_instance'],
      targetLabel: 'peergroup',
    });
    for (const { expr } of of('PrometheusRule').spec.groups[0].rules) {
      expect(expr)
        .to.include('{namespace="demo",peergroup="web"}')
        .and.not.match(/=~|pod=/);
    }
  });

  it('are a Certificate of every name of the group, where cert-manager issues it', () => {
    const { spec } = childrenOf({ tls: { mode: 'TLS', issuerRef: { name: 'ours' } } }).of('Certificate');
    expect(spec.issuerRef).to.deep.equal({ name: 'ours', kind: 'Issuer', group: 'cert-manager.io' });
    expect(spec.secretName).to.equal('web-tls');
    expect(spec.dnsNames).to.include.members(['web.demo.svc', 'web-svc.demo.svc.cluster.local']);
  });

  it('are a Certificate whose Secret is not the one of the operator, whatever the group is called', () => {
    const group = peerGroup({ tls: { mode: 'TLS', issuerRef: { name: 'ours' } } }, { name: 'rollcall' });
    const children = renderPeerGroup(group, CONTEXT) as Child[];
    const of = (kind: string) => children.find((child) => child.kind === kind);
    expect(of('Certificate').spec.secretName).to.equal('rollcall-tls-issued');
    const volumes = of('StatefulSet').spec.template.spec.volumes;
    expect(volumes.find(({ name }: { name: string }) => name === 'tls').secret.secretName).to.equal(
      'rollcall-tls-issued',
    );
  });
});

describe('a group with one peer per node', () => {
  const children = childrenOf({ placement: 'PerNode', replicas: 7 });

  it('is a DaemonSet without StatefulSet and disruption budget', () => {
    expect(children.kinds).to.include('DaemonSet');
    expect(children.kinds).not.to.include.members(['StatefulSet', 'PodDisruptionBudget']);
  });

  it('calls each peer by its node', () => {
    expect(children.podSpec().containers[0].env).to.deep.equal([
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    ]);
  });

  it('rolls out one node at a time', () => {
    expect(children.of('DaemonSet').spec.updateStrategy).to.deep.equal({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: 1 },
    });
  });
});

describe("a group's TLS", () => {
  it("mounts only the group's own leaf of the Secret that the namespace shares", () => {
    const [, volume] = childrenOf({ tls: { mode: 'TLS' } }).podSpec().volumes;
    expect(volume).to.deep.equal({
      name: 'tls',
      secret: {
        secretName: 'rollcall-tls',
        items: [
          { key: 'web.crt', path: 'tls.crt' },
          { key: 'web.key', path: 'tls.key' },
          { key: 'ca.crt', path: 'ca.crt' },
        ],
      },
    });
  });

  it('mounts the Secret that cert-manager writes, where it issues', () => {
    const [, volume] = childrenOf({ tls: { mode: 'TLS', issuerRef: { name: 'ours' } } }).podSpec().volumes;
    expect([volume.secret.secretName, volume.secret.items[0]]).to.deep.equal([
      'web-tls',
      { key: 'tls.crt', path: 'tls.crt' },
    ]);
  });

  it('says its mode on the pods, which a rollout between two modes goes by', () => {
    const { template } = childrenOf({ tls: { mode: 'Mutual' } }).of('StatefulSet').spec;
    expect(template.metadata.labels).to.include({ 'rollcall.dev/tls': 'Mutual' });
  });

  it('is another ConfigMap than without, so that pods of either mode keep the config that they understand', () => {
    const configMap = (spec: PeerGroupSpec) => childrenOf(spec).of('ConfigMap').metadata.name;
    expect(new Set(['None', 'TLS', 'Mutual'].map((mode) => configMap({ tls: { mode: mode as 'TLS' } }))).size).to.equal(
      3,
    );
  });
});

describe("a group's pods", () => {
  it('go where the spec sends them', () => {
    const spec = childrenOf({
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'dedicated', operator: 'Exists' }],
      affinity: { nodeAffinity: {} },
      priorityClassName: 'high',
      imagePullSecrets: [{ name: 'registry' }],
    }).podSpec();
    expect(spec.nodeSelector).to.deep.equal({ disk: 'ssd' });
    expect(spec.tolerations).to.deep.equal([{ key: 'dedicated', operator: 'Exists' }]);
    expect(spec.priorityClassName).to.equal('high');
    expect(spec.imagePullSecrets).to.deep.equal([{ name: 'registry' }]);
  });
});
