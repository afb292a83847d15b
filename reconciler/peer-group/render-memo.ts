import { contentHash } from '../../constructs/content-hash.ts';
import type { Surroundings } from '../../constructs/surroundings.ts';
import { type RenderedGroup, renderGroup } from './render.ts';
import type { PeerGroupObject } from './resources.ts';

/** Passes over one group come close together: one for its edit, some for what its pods do. */
const CAPACITY = 256;

/** Remembers what was rendered last: rendering is pure, so the same generation of the same group gives the same. */
export class RenderMemo {
  readonly #clusterDomain: string;
  /** By uid, generation, default image and surroundings, the one used longest ago first. */
  readonly #rendered = new Map<string, RenderedGroup>();

  constructor(clusterDomain: string) {
    this.#clusterDomain = clusterDomain;
  }

  /**
   * @param image of the peers if the group sets none
   * @throws InvalidPeerGroupError
   */
  render(group: PeerGroupObject, image: string, surroundings: Surroundings): RenderedGroup {
    const id = `${group.metadata.uid} ${group.metadata.generation} ${image} ${hashOf(surroundings)}`;
    const rendered =
      this.#rendered.get(id) ?? renderGroup(group, { image, clusterDomain: this.#clusterDomain }, surroundings);
    this.#rendered.delete(id);
    this.#rendered.set(id, rendered);
    const oldest = this.#rendered.keys().next();
    if (this.#rendered.size > CAPACITY && !oldest.done) this.#rendered.delete(oldest.value);
    return rendered;
  }
}

function hashOf({ members, groups, askers, takenServices, trust, acceptCerts }: Surroundings): string {
  return contentHash(JSON.stringify([members, [...groups], askers, takenServices, trust, [...acceptCerts]]));
}
