/** "This pod has had a reply from that one." */
export interface DirectedLink {
  readonly from: string;
  readonly to: string;
}

const REPLY = /^Pinged \S+ - Response: "pong\\n" from (\S+) in /;

/** The link that a pod's log line proves; undefined for any other line. */
export function linkOf(pod: string, line: string): DirectedLink | undefined {
  const to = REPLY.exec(line)?.[1];
  return to === undefined ? undefined : { from: pod, to };
}

/** Which of the directed links between some peers have been seen. */
export class LinkTally {
  readonly #missing = new Set<string>();
  readonly total: number;

  constructor(peers: readonly string[]) {
    for (const from of peers) for (const to of peers) if (from !== to) this.#missing.add(key({ from, to }));
    this.total = this.#missing.size;
  }

  see(link: DirectedLink): void {
    this.#missing.delete(key(link));
  }

  get seen(): number {
    return this.total - this.#missing.size;
  }

  /** Links not seen yet, as `web-0 → web-1`. */
  get missing(): string[] {
    return [...this.#missing];
  }
}

function key({ from, to }: DirectedLink): string {
  return `${from} → ${to}`;
}
