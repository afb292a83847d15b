import type { CompletePeerGroupSpec } from './crds/peer-group.ts';

/** A peer of a group with placement PerNode. */
export interface NodePeer {
  /** The node's name, which is the peer's. */
  readonly node: string;
  /** IP address of the pod. */
  readonly address: string;
  readonly zone?: string | undefined;
}

/** Another group of the namespace, as far as it matters to those who ping it. */
export interface ReferencedGroup {
  readonly placement: CompletePeerGroupSpec['placement'];
  readonly replicas: number;
  readonly tls: CompletePeerGroupSpec['tls'];
  /** With placement PerNode. */
  readonly nodePeers: readonly NodePeer[];
}

/**
 * What a PeerGroup's children depend on besides its own spec. The operator gathers it; without an operator nothing of it
 * is known, and a group that needs none of it renders the same.
 */
export interface RenderInputs {
  /** The group's own peers, with placement PerNode. */
  readonly nodePeers: readonly NodePeer[];
  /** Groups that `peers` names, by name; those that don't exist are missing. */
  readonly groups: ReadonlyMap<string, ReferencedGroup>;
  /** Groups that name this one in their `peers`. */
  readonly sources: readonly string[];
  /** Names of Services that this group would have if an older one of the namespace did not have them. */
  readonly takenServices?: readonly string[];
  /** CA certificates of the namespace in PEM; undefined when no group of it has TLS by the operator. */
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
