import type { RenderContext } from '../../constructs/peer-group.ts';
import { type RenderedGroup, renderGroup } from './render.ts';
import type { PeerGroupObject } from './resources.ts';

/** Passes over one group come close together: one for its edit, some for what its pods do. */
const CAPACITY = 256;

/** Remembers what was rendered last: rendering is pure, so the same generation of the same group gives the same. */
export class RenderMemo {
  readonly #context: RenderContext;
  /** By uid and generation, the one used longest ago first. */
  readonly #rendered = new Map<string, RenderedGroup>();

  constructor(context: RenderContext) {
    this.#context = context;
  }

  /** @throws InvalidPeerGroupError */
  render(group: PeerGroupObject): RenderedGroup {
    const id = `${group.metadata.uid} ${group.metadata.generation}`;
    const rendered = this.#rendered.get(id) ?? renderGroup(group, this.#context);
    this.#rendered.delete(id);
    this.#rendered.set(id, rendered);
    const oldest = this.#rendered.keys().next();
    if (this.#rendered.size > CAPACITY && !oldest.done) this.#rendered.delete(oldest.value);
    return rendered;
  }
}
