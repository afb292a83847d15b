import type { Config } from './config/config.ts';
import { selectTargets } from './peer-selection.ts';

/** Which members of the group should ping this server, and which have. */
export class Askers {
  #expected: ReadonlySet<string> = new Set();
  /** When each expected asker's last ping came, monotonic milliseconds. Bounded by the group's size. */
  readonly #seen = new Map<string, number>();

  set(config: Config): void {
    this.#expected = new Set(expectedAskers(config));
    for (const name of this.#seen.keys()) if (!this.#expected.has(name)) this.#seen.delete(name);
  }

  /** A ping came in, from somebody who says to be `name`. */
  note(name: string, now: number): void {
    if (this.#expected.has(name)) this.#seen.set(name, now);
  }

  get expected(): number {
    return this.#expected.size;
  }

  /** How many of the expected pinged within `withinMs`. */
  seen(now: number, withinMs: number): number {
    let count = 0;
    for (const at of this.#seen.values()) if (now - at <= withinMs) count++;
    return count;
  }
}

function expectedAskers({ name, peers, ping }: Config): string[] {
  const others = peers.filter((peer) => peer.kind === 'member' && peer.expect === 'Reachable').map((peer) => peer.name);
  const everybody = [...others, name];
  return others.filter((other) => selectTargets(everybody, other, ping.topology).includes(name));
}
