import { expect } from 'chai';
import type { PeerGroupSpec } from '../../../constructs/crds/peer-group.ts';
import type { ReferencedGroup, RenderInputs } from '../../../constructs/render-inputs.ts';
import { parseConfig } from '../../../server/protocol/read-config.ts';
import { CERTIFICATE } from '../../support/peer-groups.ts';
import { childrenOf } from './support.ts';

const ponger: ReferencedGroup = { placement: 'Replicas', replicas: 3, tls: { mode: 'None' }, nodePeers: [] };
const secure: ReferencedGroup = { ...ponger, tls: { mode: 'TLS' } };
const perNode: ReferencedGroup = {
  ...ponger,
  placement: 'PerNode',
  nodePeers: [{ node: 'node-a', address: '10.1.2.3', zone: 'z1' }],
};

/** What the pod web-0 pings, as its server reads the config. */
function peersOf(spec: PeerGroupSpec, inputs: Partial<RenderInputs> = {}, pod = 'web-0') {
  const { data } = childrenOf({ replicas: 1, ...spec }, inputs).of('ConfigMap');
  return parseConfig(data['config.yaml'], 'config.yaml', pod).peers;
}

function pingsPonger(entry: object, group: ReferencedGroup, trust?: string) {
  return peersOf({ peers: [{ group: 'ponger', ...entry }] }, { groups: new Map([['ponger', group]]), caBundle: trust });
}

describe('what a group pings besides its own peers', () => {
  it('is another group’s client Service, by one link', () => {
    expect(pingsPonger({}, ponger).map(({ name, url }) => [name, url])).to.deep.equal([
      ['ponger', 'http://ponger-svc.demo.svc.cluster.local:8080/ping'],
    ]);
  });

  it('is each of another group’s pods, by a line however many they are', () => {
    expect(pingsPonger({ via: 'Pods' }, ponger).map(({ name }) => name)).to.deep.equal([
      'ponger-0',
      'ponger-1',
      'ponger-2',
    ]);
    const [small, large] = [3, 5000].map(
      (replicas) =>
        childrenOf(
          { peers: [{ group: 'ponger', via: 'Pods' }] },
          { groups: new Map([['ponger', { ...ponger, replicas }]]) },
        ).of('ConfigMap').data['config.yaml'].length,
    );
    expect(large! - small!).to.be.lessThan(10);
  });

  it('is the pod on each node of a group with one peer per node', () => {
    expect(pingsPonger({ via: 'Pods' }, perNode).map(({ name, url }) => [name, url])).to.deep.equal([
      ['ponger.node-a', 'http://10.1.2.3:8080/ping'],
    ]);
  });

  it('verifies a group with TLS by its stable name and the CA of the namespace', () => {
    const [peer] = pingsPonger({}, secure, CERTIFICATE);
    expect(peer).to.include({ protocol: 'https', serverName: 'ponger.demo.svc' });
    expect(peer!.acceptCert).to.match(/^\/etc\/rollcall\/[0-9a-f]{16}\.crt$/);
  });

  it('carries the certificates that it accepts beside its config', () => {
    const { data } = childrenOf({
      peers: [{ name: 'gw', url: 'https://gw', acceptCert: { pem: CERTIFICATE } }],
    }).of('ConfigMap');
    const [file] = Object.keys(data).filter((key) => key.endsWith('.crt'));
    expect(data[file!]).to.equal(CERTIFICATE);
    expect(data['config.yaml']).to.include(`"acceptCert":"/etc/rollcall/${file}"`);
  });

  it('takes a certificate from a ConfigMap of the namespace', () => {
    const spec: PeerGroupSpec = {
      peers: [{ name: 'gw', url: 'https://gw', acceptCert: { configMapKeyRef: { name: 'certs', key: 'gw' } } }],
    };
    const [peer] = peersOf(spec, { acceptCerts: new Map([['gw', CERTIFICATE]]) });
    expect(peer!.acceptCert).to.be.a('string');
  });

  it('leaves out a group that does not exist', () => {
    expect(peersOf({ peers: [{ group: 'nobody' }] })).to.deep.equal([]);
  });

  it('expects of a link what the entry expects', () => {
    const [vault] = peersOf({ peers: [{ name: 'vault', url: 'http://vault:8200', expect: 'Unreachable' }] });
    expect(vault!.expect).to.equal('Unreachable');
  });
});

describe("a group's own peers", () => {
  const members = [
    { node: 'a', address: '10.0.0.1', zone: 'z1' },
    { node: 'b', address: '10.0.0.2', zone: 'z2' },
  ];

  it('are the pods by their nodes with placement PerNode, zone included', () => {
    expect(peersOf({ placement: 'PerNode' }, { nodePeers: members }, 'a')).to.deep.include.members([
      {
        name: 'b',
        kind: 'member',
        protocol: 'http',
        host: '10.0.0.2',
        port: 8080,
        path: '/ping',
        url: 'http://10.0.0.2:8080/ping',
        expect: 'Reachable',
        zone: 'z2',
      },
    ]);
  });

  it('are verified under TLS by the name of the group, whatever address they have', () => {
    const [other] = peersOf({ placement: 'PerNode', tls: { mode: 'TLS' } }, { nodePeers: members }, 'a');
    expect(other).to.include({ protocol: 'https', serverName: 'web.demo.svc', acceptCert: '/etc/rollcall-tls/ca.crt' });
  });

  it('fit into a ConfigMap at a thousand nodes', () => {
    const thousand = Array.from({ length: 1000 }, (_, i) => ({
      node: `ip-10-120-${i >> 8}-${i & 255}.eu-central-1.compute.internal`,
      address: `10.120.${i >> 8}.${i & 255}`,
      zone: `eu-central-1${'abc'[i % 3]}`,
    }));
    const { data } = childrenOf(
      { placement: 'PerNode', tls: { mode: 'Mutual' }, topology: { type: 'Sampled', degree: 8 } },
      { nodePeers: thousand },
    ).of('ConfigMap');
    expect(Buffer.byteLength(data['config.yaml'])).to.be.lessThan(300_000);
  });
});
