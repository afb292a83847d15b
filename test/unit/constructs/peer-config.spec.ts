import { expect } from 'chai';
import fc from 'fast-check';
import { completePeerGroup, type PeerGroupSpec } from '../../../constructs/crds/peer-group.ts';
import { formatDuration } from '../../../constructs/duration.ts';
import { peerConfig } from '../../../constructs/peer-config.ts';
import { NO_RENDER_INPUTS } from '../../../constructs/render-inputs.ts';
import { parseConfig } from '../../../server/protocol/read-config.ts';
import { peerGroup } from '../../support/peer-groups.ts';

function configOf(spec: PeerGroupSpec, inputs = NO_RENDER_INPUTS, name = 'web', namespace = 'demo'): string {
  const complete = completePeerGroup(peerGroup(spec));
  return peerConfig({ name, namespace, clusterDomain: 'cluster.local', spec: complete, inputs });
}

/** As the peer server of this pod reads it. */
function readBy(pod: string, spec: PeerGroupSpec) {
  return parseConfig(configOf(spec), 'config.yaml', pod);
}

/** Any spec that the schema allows, small enough to expand its peers. */
const anySpec: fc.Arbitrary<PeerGroupSpec> = fc
  .record({
    replicas: fc.integer({ min: 0, max: 50 }),
    intervalMs: fc.integer({ min: 100, max: 86_400_000 }),
    share: fc.option(fc.double({ min: 0.01, max: 1, noNaN: true }), { nil: undefined }),
    topology: fc.constantFrom('FullMesh', 'Ring', 'None'),
    urls: fc.uniqueArray(fc.webUrl(), { maxLength: 5 }),
    replies: fc.constantFrom('All', 'Changes'),
    format: fc.constantFrom('text', 'json'),
  })
  .map(({ replicas, intervalMs, share, topology, urls, replies, format }) => ({
    replicas,
    interval: formatDuration(intervalMs),
    ...(share !== undefined && { timeout: formatDuration(Math.max(1, Math.floor(intervalMs * share))) }),
    topology: { type: topology as 'Ring' },
    peers: urls.map((url, index) => ({ name: `external-${index}.example`, url })),
    log: { replies: replies as 'All', format: format as 'json' },
  }));

describe('peerConfig', () => {
  it("names all of the group's peers in one line, by absolute addresses", () => {
    expect(configOf({ replicas: 5, interval: '5s', timeout: '1s' })).to.equal(
      `service: {"port":8080}
admin: {"port":9090}
ping: {"interval":"5s","timeout":"1s","topology":{"type":"FullMesh"}}
log: {"replies":"All","format":"text"}
peers:
  - {"host":"web-[0-4].web.demo.svc.cluster.local.","port":8080}
`,
    );
  });

  it('leaves out what is unset', () => {
    expect(configOf({})).not.to.include('timeout');
  });

  it('names no peer in a group of one or none', () => {
    expect(configOf({ replicas: 1 })).to.include('peers: []\n');
    expect(configOf({ replicas: 0 })).to.include('peers: []\n');
  });

  it('stays within a kilobyte, however many the replicas', () => {
    const sizes = [2, 5_000].map((replicas) => configOf({ replicas, topology: { type: 'Sampled', degree: 8 } }).length);
    expect(sizes[1]).to.be.within(sizes[0]! + 1, 1_024);
  });

  it('fits into a ConfigMap with a thousand nodes of the longest names, their zones and IPv6 addresses, over TLS', () => {
    const members = Array.from({ length: 1_000 }, (_, index) => ({
      node: `${index}-`.padEnd(253, 'n'),
      address: `fd00:1111:2222:3333:4444:5555:6666:${(index + 0x1000).toString(16)}`,
      zone: 'z'.repeat(63),
    }));
    const spec: PeerGroupSpec = {
      placement: 'PerNode',
      topology: { type: 'Sampled', degree: 8 },
      tls: { mode: 'Mutual' },
    };
    const text = configOf(spec, { ...NO_RENDER_INPUTS, nodePeers: members }, 'n'.repeat(40), 's'.repeat(63));
    expect(text.split('\n').filter((line) => line.includes('"zone"'))).to.have.length(1_000);
    expect(text.length).to.be.lessThan(1_000_000);
  });

  it("gives every peer server all the others, and what it pings besides the group's own", () => {
    const { peers } = readBy('web-1', { replicas: 3, peers: [{ name: 'gw', url: 'http://gw.example' }] });
    expect(peers.map((peer) => [peer.name, peer.url])).to.deep.equal([
      ['web-0', 'http://web-0.web.demo.svc.cluster.local:8080/ping'],
      ['web-2', 'http://web-2.web.demo.svc.cluster.local:8080/ping'],
      ['gw', 'http://gw.example/ping'],
    ]);
  });

  it('is understood by the peer server whatever a PeerGroup says', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const config = readBy('web-0', spec);
        expect(formatDuration(config.ping.intervalMs)).to.equal(spec.interval);
        if (spec.timeout !== undefined) expect(formatDuration(config.ping.timeoutMs)).to.equal(spec.timeout);
        expect(config.ping.topology).to.deep.equal(spec.topology);
        expect(config.log).to.deep.equal(spec.log);
        expect(config.peers).to.have.length(Math.max(spec.replicas! - 1, 0) + spec.peers!.length);
      }),
    );
  });
});
