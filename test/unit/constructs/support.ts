import type { PeerGroupSpec } from '../../../constructs/crds/peer-group.ts';
import { renderPeerGroup } from '../../../constructs/peer-group.ts';
import { NO_RENDER_INPUTS, type RenderInputs } from '../../../constructs/render-inputs.ts';
import { CONTEXT, peerGroup } from '../../support/peer-groups.ts';

/** A rendered child as JSON, which cases look into as they need. */
// biome-ignore lint/suspicious/noExplicitAny: what is asserted about a child is the assertion's business
export type Child = any;

/** The children of the group `web`, by kind and name. */
export function childrenOf(spec: PeerGroupSpec = {}, inputs: Partial<RenderInputs> = {}) {
  const all = renderPeerGroup(peerGroup(spec), CONTEXT, { ...NO_RENDER_INPUTS, ...inputs });
  return {
    all,
    kinds: all.map(({ kind }) => kind),
    of: (kind: string, name?: string): Child =>
      all.find((child) => child.kind === kind && (name === undefined || child.metadata.name === name)),
    podSpec: (): Child =>
      (all.find(({ kind }) => kind === 'StatefulSet' || kind === 'DaemonSet') as Child).spec.template.spec,
  };
}
