import { expect } from 'chai';
import { CONFIG_KEY } from '../../../../../constructs/names.ts';
import { NO_RENDER_INPUTS, type ReferencedGroup } from '../../../../../constructs/render-inputs.ts';
import { type RenderedGroup, renderGroup } from '../../../../../reconciler/peer-group/children/render.ts';
import type { ConfigMap, PeerGroupObject } from '../../../../../reconciler/peer-group/resources.ts';
import { selectLinks } from '../../../../../server/links/select-links.ts';
import { parseConfig } from '../../../../../server/protocol/read-config.ts';

const NODES = ['a', 'b', 'c'].map((node, i) => ({ node, address: `10.0.0.${i + 1}`, zone: `z${i % 2}` }));

function target(replicas: number, differs: Partial<ReferencedGroup> = {}): ReferencedGroup {
  return { placement: 'Replicas', replicas, tls: { mode: 'None' }, nodePeers: [], ...differs };
}

function render(spec: object, groups: Readonly<Record<string, ReferencedGroup>> = {}): RenderedGroup {
  const group = {
    ...{ apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', spec },
    metadata: { name: 'web', namespace: 'demo', uid: 'u', generation: 1 },
  } as PeerGroupObject;
  const inputs = { ...NO_RENDER_INPUTS, members: NODES, groups: new Map(Object.entries(groups)) };
  return renderGroup(group, { image: 'rollcall:0', clusterDomain: 'cluster.local' }, inputs);
}

/** What the pod of this name, which reads the config from its file, would call the peers that it pings. */
function namesInPod({ foundation }: RenderedGroup, pod: string): { members: string[]; others: string[] } {
  const config = foundation.find(({ kind }) => kind === 'ConfigMap') as ConfigMap;
  const { targets } = selectLinks(parseConfig(config.data?.[CONFIG_KEY] ?? '', CONFIG_KEY, pod));
  const of = (wanted: string) => targets.filter(({ kind }) => kind === wanted).map(({ name }) => name);
  return { members: of('member'), others: of('external') };
}

describe('names of peers', () => {
  const entries = [
    { group: 'http1', via: 'Pods' },
    { group: 'http1', name: 'front' },
    { group: 'nodes', via: 'Pods', name: 'n' },
    { name: 'vault', url: 'http://vault.prod:8200', expect: 'Unreachable' },
    { name: 'v6', url: 'http://[fd00::1]:80' },
  ];
  for (const replicas of [0, 1, 2, 7]) {
    for (const spec of [{ replicas: 3 }, { replicas: 1 }, { placement: 'PerNode' }]) {
      it(`are the same in reports and in the status: ${JSON.stringify(spec)}, target of ${replicas} pods`, () => {
        const nodes = target(0, { placement: 'PerNode', nodePeers: NODES });
        const rendered = render({ ...spec, peers: entries }, { http1: target(replicas), nodes });
        const [own = ''] = rendered.peerNames;
        const { members, others } = namesInPod(rendered, own);
        expect(others).to.deep.equal(rendered.externalTargets);
        expect(members).to.have.members(rendered.peerNames.filter((name) => name !== own));
      });
    }
  }

  it('do not change when the target is scaled from one pod to two', () => {
    const others = (replicas: number) =>
      render({ peers: [{ group: 'http1', via: 'Pods' }] }, { http1: target(replicas) }).externalTargets;
    expect(others(1)).to.deep.equal(['http1-0']);
    expect(others(2)).to.deep.equal(['http1-0', 'http1-1']);
  });

  it('do not change with TLS', () => {
    const tls = { mode: 'TLS' } as const;
    const { externalTargets: others } = render(
      { peers: [{ group: 'http1', via: 'Pods' }] },
      { http1: target(1, { tls }) },
    );
    expect(others).to.deep.equal(['http1-0']);
  });

  it('come with no key that an older peer does not know, unless the spec has it', () => {
    const configOf = (spec: object) => {
      const config = render(spec).foundation.find(({ kind }) => kind === 'ConfigMap') as ConfigMap;
      return config.data?.[CONFIG_KEY] ?? '';
    };
    expect(configOf({})).to.not.include('lossThresholdPercent');
    expect(parseConfig(configOf({ lossThresholdPercent: 10 }), CONFIG_KEY, 'web-0').ping.lossThresholdPercent).to.equal(
      10,
    );
  });

  it('leave out what is not there, which is remembered as asked for', () => {
    const { externalTargets: others, missingTargets: unmet } = render({
      peers: [{ group: 'backnd' }, { group: 'gone', via: 'Pods', name: 'g' }],
    });
    expect(others).to.deep.equal([]);
    expect(unmet.map(({ name, links }) => [name, links])).to.deep.equal([
      ['backnd', 1],
      ['g', 1],
    ]);
  });

  it('of a certificate that is missing, or a config that no peer accepts, are remembered as asked for', () => {
    const acceptCert = { configMapKeyRef: { name: 'ca', key: 'ca.crt' } };
    expect(render({ peers: [{ name: 'gw', url: 'https://gw', acceptCert }] }).missingTargets).to.have.length(1);
    const { missingTargets: unmet, configFault } = render({
      replicas: 1,
      peers: [{ name: 'shop', url: 'http://10.0.0.256' }],
    });
    expect(configFault).to.not.equal(undefined);
    expect(unmet).to.have.length(1);
  });
});
