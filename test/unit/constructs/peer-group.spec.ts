import { App, Chart } from 'cdk8s';
import { expect } from 'chai';
import fc from 'fast-check';
import type { PeerGroupSpec } from '../../../constructs/crds/peer-group.ts';
import { InvalidPeerGroupError } from '../../../constructs/errors.ts';
import { peerSelector } from '../../../constructs/labels.ts';
import { PeerGroupChildren, type RenderedObject, renderPeerGroup } from '../../../constructs/peer-group.ts';
import { CONTEXT, peerGroup } from '../../support/peer-groups.ts';

const KINDS = [
  'ServiceAccount',
  'ConfigMap',
  'Service',
  'Service',
  'NetworkPolicy',
  'StatefulSet',
  'PodDisruptionBudget',
] as const;

function render(spec: PeerGroupSpec = {}, metadata = {}): RenderedObject[] {
  return renderPeerGroup(peerGroup(spec, metadata), CONTEXT);
}

// biome-ignore lint/suspicious/noExplicitAny: a rendered child is JSON, which the case below looks into
function child(objects: readonly RenderedObject[], kind: (typeof KINDS)[number]): any {
  return objects.find((object) => object.kind === kind);
}

function podTemplate(spec: PeerGroupSpec) {
  return child(render(spec), 'StatefulSet').spec.template;
}

describe('renderPeerGroup', () => {
  it('renders the children in the order in which they need each other', () => {
    expect(render().map((object) => object.kind)).to.deep.equal(KINDS);
  });

  it('names every child after the group', () => {
    const names = render().map((object) => object.metadata.name.replace(/[0-9a-f]{8}$/, '<hash>'));
    expect(names).to.deep.equal(['web', 'web-config-<hash>', 'web', 'web-svc', 'web', 'web', 'web']);
  });

  it('asks for even nodes and for zones apart without needing zone labels, of which one lacking would switch both off', () => {
    const { topologySpreadConstraints, affinity } = podTemplate({}).spec;
    expect(topologySpreadConstraints.map(({ topologyKey }: { topologyKey: string }) => topologyKey)).to.deep.equal([
      'kubernetes.io/hostname',
    ]);
    const [zones] = affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
    expect(zones.podAffinityTerm).to.deep.equal({
      topologyKey: 'topology.kubernetes.io/zone',
      labelSelector: { matchLabels: peerSelector('web') },
    });
  });

  it("takes a group's own affinity instead of the zones'", () => {
    const affinity = { nodeAffinity: {} };
    expect(podTemplate({ affinity }).spec.affinity).to.deep.equal(affinity);
  });

  it('labels every child with its group', () => {
    for (const { metadata } of render())
      expect(metadata.labels).to.deep.equal({
        'app.kubernetes.io/name': 'rollcall',
        'app.kubernetes.io/instance': 'web',
        'app.kubernetes.io/component': 'peer',
        'app.kubernetes.io/part-of': 'rollcall',
        'app.kubernetes.io/managed-by': 'rollcall',
      });
  });

  it('owns the children by the PeerGroup without holding up its deletion', () => {
    for (const { metadata } of render({}, { uid: 'a-uid' }))
      expect(metadata.ownerReferences).to.deep.equal([
        { apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', name: 'web', uid: 'a-uid', controller: true },
      ]);
  });

  it('leaves the children without an owner where there is no PeerGroup on an API server', () => {
    for (const { metadata } of render()) expect(metadata).not.to.have.property('ownerReferences');
  });

  it('renders the same bytes for the same resource', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), (replicas) => {
        expect(JSON.stringify(render({ replicas }))).to.equal(JSON.stringify(render({ replicas })));
      }),
    );
  });

  it('refuses what the API server would have refused', () => {
    expect(() => render({ replicas: -1 })).to.throw(InvalidPeerGroupError, 'spec.replicas');
  });

  it('publishes the addresses of pods that are not ready, under names that never change', () => {
    expect(child(render(), 'Service').spec).to.deep.equal({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: peerSelector('web'),
      ports: [
        { name: 'ping', port: 8080, targetPort: 'ping' },
        { name: 'admin', port: 9090, targetPort: 'admin' },
      ],
    });
  });

  it('lets a drain take one peer at a time, and any that is not ready', () => {
    expect(child(render(), 'PodDisruptionBudget').spec).to.deep.equal({
      maxUnavailable: 1,
      selector: { matchLabels: peerSelector('web') },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
  });

  it('starts and ends all pods at once', () => {
    const { template, ...spec } = child(render({ replicas: 7 }), 'StatefulSet').spec;
    expect(spec).to.deep.equal({
      replicas: 7,
      serviceName: 'web',
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: peerSelector('web') },
    });
    expect(template.metadata.labels).to.include(peerSelector('web'));
  });

  it("uses the group's image where it has one", () => {
    expect(podTemplate({}).spec.containers[0].image).to.equal('rollcall:test');
    expect(podTemplate({ image: 'mine:1' }).spec.containers[0].image).to.equal('mine:1');
  });

  it('mounts the config that it renders', () => {
    const objects = render();
    const [volume] = child(objects, 'StatefulSet').spec.template.spec.volumes;
    expect(volume).to.deep.equal({ name: 'config', configMap: { name: child(objects, 'ConfigMap').metadata.name } });
  });
});

describe("a peer group's pod template", () => {
  const changes: Record<string, PeerGroupSpec> = {
    replicas: { replicas: 9 },
    interval: { interval: '3s' },
    timeout: { timeout: '1s' },
    topology: { topology: { type: 'Ring' } },
    peers: { peers: [{ name: 'gw', url: 'http://gw' }] },
    log: { log: { replies: 'Changes', format: 'json' } },
  };
  for (const [field, spec] of Object.entries(changes)) {
    it(`stays the same when ${field} changes, so that no pod restarts`, () => {
      expect(podTemplate(spec)).to.deep.equal(podTemplate({}));
    });
  }

  it('mounts another ConfigMap when the image changes, so that old pods keep theirs', () => {
    const configMap = (spec: PeerGroupSpec) => podTemplate(spec).spec.volumes[0].configMap.name;
    expect(configMap({ image: 'mine:1' })).not.to.equal(configMap({}));
  });

  it('depends on the amounts of resources, not on how they are written', () => {
    const resources = { limits: { memory: '1Gi', cpu: 1 } };
    const same = { limits: { cpu: '1', memory: '1Gi' } };
    expect(JSON.stringify(podTemplate({ resources }))).to.equal(JSON.stringify(podTemplate({ resources: same })));
    expect(podTemplate({ resources })).not.to.deep.equal(podTemplate({}));
  });

  it('is Guaranteed its CPU and memory by default', () => {
    const { requests, limits } = podTemplate({}).spec.containers[0].resources;
    expect([requests.cpu, requests.memory]).to.deep.equal([limits.cpu, limits.memory]);
  });

  it('meets Pod Security restricted, with a read-only root and no token', () => {
    const { securityContext, automountServiceAccountToken, containers } = podTemplate({}).spec;
    expect(securityContext)
      .to.include({ runAsNonRoot: true })
      .and.deep.include({
        seccompProfile: { type: 'RuntimeDefault' },
      });
    expect(automountServiceAccountToken).to.equal(false);
    expect(containers.map((container: { securityContext: unknown }) => container.securityContext)).to.deep.equal([
      { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
    ]);
  });
});

describe('PeerGroupChildren', () => {
  it('renders in an app of one’s own what the operator renders', () => {
    const chart = new Chart(new App(), 'mine');
    new PeerGroupChildren(chart, 'peers', { resource: peerGroup({ replicas: 3 }), context: CONTEXT });
    expect(chart.toJson()).to.deep.equal(render({ replicas: 3 }));
  });

  it('renders several groups beside each other without mixing their pods', () => {
    const chart = new Chart(new App(), 'mine');
    for (const name of ['east', 'west'])
      new PeerGroupChildren(chart, name, { resource: peerGroup({}, { name }), context: CONTEXT });
    const selectors = (chart.toJson() as RenderedObject[])
      .filter((object) => object.kind === 'StatefulSet')
      .map((object) => (object.spec as { selector: { matchLabels: object } }).selector.matchLabels);
    expect(selectors).to.deep.equal([peerSelector('east'), peerSelector('west')]);
  });
});
