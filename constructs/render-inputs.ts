import type { CompletePeerGroupSpec } from './crds/peer-group.ts';

/** A peer of a group with placement PerNode. */
export interface NodePeer {
  /** The node's name, which is the peer's. */
  readonly node: string;
  /** IP address of the pod. */
  readonly address: string;
  readonly zone?: string | undefined;
}

/** The part of another group of the namespace that groups which reference it need. */
export interface ReferencedGroup {
  readonly placement: CompletePeerGroupSpec['placement'];
  readonly replicas: number;
  readonly tls: CompletePeerGroupSpec['tls'];
  /** With placement PerNode. */
  readonly nodePeers: readonly NodePeer[];
}

/**
 * Inputs of rendering a PeerGroup besides its own spec. The operator gathers them; without an operator they are unknown,
 * and a group that needs none of them renders the same.
 */
export interface RenderInputs {
  /** The group's own peers, with placement PerNode. */
  readonly nodePeers: readonly NodePeer[];
  /** Groups that `peers` references, by name, if they exist. */
  readonly groups: ReadonlyMap<string, ReferencedGroup>;
  /** Names of groups that reference this one in their `peers`. */
  readonly sources: readonly string[];
  /** Names of Services that an older group of the namespace already has. */
  readonly takenServices?: readonly string[];
  /** CA bundle of the namespace, in PEM; undefined if no group has certificates from the operator. */
  readonly caBundle?: string | undefined;
  /** Certificates of `acceptCert.configMapKeyRef`, by the peer's name, in PEM. */
  readonly acceptCerts: ReadonlyMap<string, string>;
}

export const NO_RENDER_INPUTS: RenderInputs = {
  nodePeers: [],
  groups: new Map(),
  sources: [],
  acceptCerts: new Map(),
};
