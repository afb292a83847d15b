import { expect } from 'chai';
import type { PeerGroupSpec } from '../../../../../constructs/crds/peer-group.ts';
import { NO_RENDER_INPUTS } from '../../../../../constructs/render-inputs.ts';
import { type LimitsContext, limitsOf } from '../../../../../reconciler/peer-group/children/limits.ts';
import { type RenderedGroup, renderGroup } from '../../../../../reconciler/peer-group/children/render.ts';
import { CONTEXT } from '../../../../support/peer-groups.ts';
import { childCaches, group } from '../builders.ts';

/** An operator that watches all namespaces of a cluster where every kind of child can be kept. */
const CLUSTER: LimitsContext = { nodes: {}, absence: () => undefined, ...childCaches() };

function render(spec: PeerGroupSpec = {}, differs: Partial<RenderedGroup> = {}): RenderedGroup {
  return { ...renderGroup(group('web', spec), CONTEXT, NO_RENDER_INPUTS), ...differs };
}

/** Reasons of the problems, and kinds of the children that cannot be applied. */
function limits(rendered: RenderedGroup, context: Partial<LimitsContext> = {}) {
  const { problems, admits } = limitsOf(rendered, { ...CLUSTER, ...context });
  const held = [...rendered.foundation, ...rendered.workload].filter((child) => !admits(child));
  return { reasons: problems.map(({ reason }) => reason), held: held.map(({ kind }) => kind) };
}

describe('limits of a PeerGroup', () => {
  it('are none for an ordinary group', () => {
    expect(limits(render({ replicas: 500 }))).to.deep.equal({ reasons: [], held: [] });
  });

  for (const [reason, differs] of [
    ['ConfigTooLarge', { configBytes: 1_000_001 }],
    ['ConfigInvalid', { configFault: 'peers[0].url: must be a URL' }],
  ] as const) {
    it(`are ${reason}, and hold back config and pods as long as there is no previous config`, () => {
      const { reasons, held } = limits(render({}, differs));
      expect(reasons).to.deep.equal([reason]);
      expect(held).to.include.members(['ConfigMap', 'StatefulSet']).and.not.include('Service');
    });

    it(`are ${reason}, and hold back the config only when its revision has one`, () => {
      const rendered = render({}, differs);
      const former = rendered.foundation.filter(({ kind }) => kind === 'ConfigMap');
      expect(limits(rendered, childCaches(...former))).to.deep.equal({ reasons: [reason], held: ['ConfigMap'] });
    });
  }

  it('are NeedsClusterScope for one peer per node when the operator watches one namespace', () => {
    const perNode = render({ placement: 'PerNode' });
    const { reasons, held } = limits(perNode, { nodes: undefined });
    expect(reasons).to.deep.equal(['NeedsClusterScope']);
    expect(held).to.include('DaemonSet');
    expect(limits(render(), { nodes: undefined }).reasons).to.deep.equal([]);
  });

  it('are TooManyNodes beyond 500 nodes of a full mesh, and of no other topology; nothing is held back', () => {
    const peerNames = Array.from({ length: 501 }, (_, index) => `node-${index}`);
    const mesh = (names: readonly string[]) => limits(render({ placement: 'PerNode' }, { peerNames: names }));
    expect(mesh(peerNames)).to.deep.equal({ reasons: ['TooManyNodes'], held: [] });
    expect(mesh(peerNames.slice(1)).reasons).to.deep.equal([]);
    const ring = render({ placement: 'PerNode', topology: { type: 'Ring' } }, { peerNames });
    expect(limits(ring).reasons).to.deep.equal([]);
  });

  it('are CertManagerMissing where the group needs it, and the message says why it is missing', () => {
    const issued = render({ tls: { mode: 'TLS', issuerRef: { name: 'issuer' } } });
    const absence = (kind: string) => (kind === 'Certificate' ? 'its CRD is not installed' : undefined);
    const { problems } = limitsOf(issued, { ...CLUSTER, absence });
    expect(problems).to.have.length(1);
    expect(problems[0]?.message).to.include('its CRD is not installed');
    expect(limits(issued, { absence })).to.deep.equal({ reasons: ['CertManagerMissing'], held: ['Certificate'] });
    expect(limits(render({ tls: { mode: 'TLS' } }), { absence }).reasons).to.deep.equal([]);
  });

  it('hold back optional children whose CRDs are not installed, without a problem', () => {
    const monitored = render({ monitoring: { podMonitor: true, rules: true } });
    const absence = (kind: string) => (kind === 'PodMonitor' ? 'its CRD is not installed' : undefined);
    expect(limits(monitored, { absence })).to.deep.equal({ reasons: [], held: ['PodMonitor'] });
  });
});
