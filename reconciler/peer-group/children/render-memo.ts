import { contentHash } from '../../../constructs/content-hash.ts';
import type { RenderInputs } from '../../../constructs/render-inputs.ts';
import type { PeerGroupObject } from '../resources.ts';
import { type RenderedGroup, renderGroup } from './render.ts';

/** Reconciles of a group come in bursts: one for an edit, more as its pods change. */
const CAPACITY = 256;
/** Approximate size of all of it, in bytes. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Estimated size of a group's children without the config, and of a peer's name. */
const CHILDREN_BYTES = 32 * 1024;
const NAME_BYTES = 64;

/** Caches rendered groups: rendering is pure, so the same inputs give the same result. */
export class RenderMemo {
  readonly #clusterDomain: string;
  /** By uid, generation, default image and inputs; least recently used first. */
  readonly #rendered = new Map<string, RenderedGroup>();

  #bytes = 0;

  constructor(clusterDomain: string) {
    this.#clusterDomain = clusterDomain;
  }

  /**
   * @param image of the peers if the group sets none
   * @throws InvalidPeerGroupError
   */
  render(group: PeerGroupObject, image: string, inputs: RenderInputs): RenderedGroup {
    const id = `${group.metadata.uid} ${group.metadata.generation} ${image} ${hashOf(inputs)}`;
    const known = this.#rendered.get(id);
    const rendered = known ?? renderGroup(group, { image, clusterDomain: this.#clusterDomain }, inputs);
    this.#rendered.delete(id);
    this.#rendered.set(id, rendered);
    if (known === undefined) this.#bytes += weigh(rendered);
    for (const [oldest, former] of this.#rendered) {
      if (oldest === id || (this.#rendered.size <= CAPACITY && this.#bytes <= MAX_BYTES)) break;
      this.#rendered.delete(oldest);
      this.#bytes -= weigh(former);
    }
    return rendered;
  }
}

function weigh({ configBytes, peerNames, externalTargets }: RenderedGroup): number {
  return 2 * configBytes + NAME_BYTES * (peerNames.length + externalTargets.length) + CHILDREN_BYTES;
}

function hashOf({ nodePeers, groups, sources, takenServices, caBundle, acceptCerts }: RenderInputs): string {
  return contentHash(JSON.stringify([nodePeers, [...groups], sources, takenServices, caBundle, [...acceptCerts]]));
}
