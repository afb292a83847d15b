import { expect } from 'chai';
import { objectSchema } from '../../../../constructs/crds/custom-resource.ts';
import { completePeerGroup, PEER_GROUP, type PeerGroupSpec } from '../../../../constructs/crds/peer-group.ts';
import type { JsonSchema } from '../../../../constructs/crds/structural-schema.ts';
import { InvalidPeerGroupError } from '../../../../constructs/errors.ts';
import { BAD_PEER_GROUPS, CERTIFICATE, peerGroup } from '../../../support/peer-groups.ts';

describe('completePeerGroup', () => {
  it('fills in the defaults that the API server fills in', () => {
    expect(completePeerGroup(peerGroup())).to.deep.equal({
      replicas: 2,
      placement: 'Replicas',
      interval: '1m',
      connection: 'Reuse',
      topology: { type: 'FullMesh' },
      tls: { mode: 'None' },
      service: { type: 'ClusterIP' },
      networkPolicy: { enabled: true },
      monitoring: { podMonitor: false, rules: false },
      log: { replies: 'All', format: 'text' },
    });
  });

  it('leaves the timeout to the server, which knows the smaller of 5s and the interval', () => {
    expect(completePeerGroup(peerGroup({ interval: '1s' }))).not.to.have.property('timeout');
  });

  it('keeps what is given', () => {
    const spec: PeerGroupSpec = {
      replicas: 0,
      placement: 'Replicas',
      interval: '1m30s',
      timeout: '1m30s',
      connection: 'Fresh',
      topology: { type: 'Sampled', degree: 3 },
      peers: [
        { name: 'gw.example', url: 'https://gw.example:8443/healthz?deep=1', acceptCert: { pem: CERTIFICATE } },
        { name: 'vault', url: 'http://vault:8200', expect: 'Unreachable' },
        { group: 'ponger', via: 'Pods' },
      ],
      tls: { mode: 'Mutual', issuerRef: { name: 'ours', kind: 'ClusterIssuer', group: 'cert-manager.io' } },
      log: { replies: 'Changes', format: 'json' },
      service: { type: 'LoadBalancer', annotations: { 'lb.example/internal': 'true' } },
      autoscaling: { minReplicas: 2, maxReplicas: 9, targetCPUUtilization: 50 },
      disruptionBudget: { maxUnavailable: '20%' },
      networkPolicy: { enabled: true, from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] },
      monitoring: { podMonitor: true, rules: true },
      image: 'registry.example/rollcall@sha256:0123',
      resources: { requests: { cpu: 1 }, limits: { memory: '1Gi' } },
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'dedicated', operator: 'Exists' }],
      affinity: { nodeAffinity: {} },
      priorityClassName: 'high',
      imagePullSecrets: [{ name: 'registry' }],
    };
    expect(completePeerGroup(peerGroup(spec))).to.deep.equal(spec);
  });

  it('allows more than 500 peers in a ring', () => {
    expect(completePeerGroup(peerGroup({ replicas: 5000, topology: { type: 'Ring' } })).replicas).to.equal(5000);
  });

  it('ignores replicas with placement PerNode', () => {
    expect(completePeerGroup(peerGroup({ placement: 'PerNode', replicas: 501 })).placement).to.equal('PerNode');
  });

  it("allows a peer whose name only begins like the group's own", () => {
    const peers = ['web', 'webby-3', 'web-gw'].map((name) => ({ name, url: 'http://gw' }));
    expect(completePeerGroup(peerGroup({ peers })).peers).to.have.length(3);
  });

  for (const { title, name, spec, field, sentence } of BAD_PEER_GROUPS) {
    it(`refuses ${title}`, () => {
      const bad = peerGroup(spec as PeerGroupSpec, name === undefined ? {} : { name });
      expect(() => completePeerGroup(bad))
        .to.throw(InvalidPeerGroupError, `PeerGroup demo/${bad.metadata.name}: `)
        .with.property('message')
        .that.includes(field)
        .and.includes(sentence ?? '');
    });
  }
});

describe('the PeerGroup schema', () => {
  const schema = objectSchema(PEER_GROUP);

  it('describes every field', () => {
    expect(undescribed(schema)).to.deep.equal(['.metadata']);
  });

  it('has no field without a type, which the API server would refuse', () => {
    expect(untyped(schema)).to.deep.equal([]);
  });

  it('has the fields that columns and the scale subresource point at', () => {
    const paths = [...PEER_GROUP.columns.map((column) => column.jsonPath), ...Object.values(PEER_GROUP.scale ?? {})];
    const missing = paths.filter((path) => !path.startsWith('.metadata.') && !fieldAt(schema, path));
    expect(missing).to.deep.equal([]);
  });
});

/** Paths of the properties below a schema, list items included, for which the predicate holds. */
function select(schema: JsonSchema, holds: (property: JsonSchema) => boolean, path = ''): string[] {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const items = schema.items ? ([['[]', schema.items]] as [string, JsonSchema][]) : [];
  return [...properties, ...items].flatMap(([name, property]) => [
    ...(holds(property) ? [`${path}.${name}`] : []),
    ...select(property, holds, `${path}.${name}`),
  ]);
}

function undescribed(schema: JsonSchema): string[] {
  return select(schema, ({ description }) => typeof description !== 'string' || description.length < 5);
}

function untyped(schema: JsonSchema): string[] {
  return select(schema, (property) => !property.type && !property['x-kubernetes-int-or-string']);
}

function fieldAt(schema: JsonSchema, path: string): JsonSchema | undefined {
  return path
    .replace(/\[\?\([^)]*\)\]/, '.items')
    .split('.')
    .filter(Boolean)
    .reduce<JsonSchema | undefined>(
      (node, name) =>
        name === 'items' ? (node?.items as JsonSchema) : (node?.properties as Record<string, JsonSchema>)?.[name],
      schema,
    );
}
