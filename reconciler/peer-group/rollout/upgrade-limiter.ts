/** Groups that bring a new default image to their pods at the same time, at most. */
export const UPGRADES_AT_ONCE = 5;
/** One that isn't done after this long (no node for a pod, perhaps) holds up no others any more, in milliseconds. */
export const UPGRADE_PATIENCE_MS = 600_000;

export interface UpgradeInput {
  /** Default image that the group's workload was given; undefined: there is no workload, or the user chose the image. */
  readonly present: string | undefined;
  /** Whether all pods are as the workload has them, and ready. */
  readonly complete: boolean;
}

export interface UpgradeResult {
  /** The default image to render with. */
  readonly image: string;
  /** Look again in this time; undefined when there is nothing to wait for, or `onTurn` will say. */
  readonly againInMs?: number;
}

export interface UpgradeLimiterOptions {
  /** The operator's image for groups that set none. */
  readonly image: string;
  /** Whether groups are upgraded at all; else what runs an older default image keeps it. */
  readonly rolls: boolean;
  /** Groups whose upgrade a former process of the operator began and did not see the end of; asked once. */
  readonly unfinished: () => Iterable<string>;
  /** The group may begin now. */
  readonly onTurn: (group: string) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Lets an upgrade of the operator reach a few groups at a time: an image that doesn't work must not take every mesh with it. */
export class UpgradeLimiter {
  readonly #options: UpgradeLimiterOptions;
  /** Since when each of them rolls out; undefined until the first group asks. */
  #rolling: Map<string, number> | undefined;
  /** In the order in which they asked. */
  readonly #waiting = new Set<string>();

  constructor(options: UpgradeLimiterOptions) {
    this.#options = options;
  }

  decide(group: string, { present, complete }: UpgradeInput): UpgradeResult {
    const { image, rolls, now } = this.#options;
    const isOld = present !== undefined && present !== image;
    if (isOld && !rolls) return { image: present };

    const rolling = this.#begin();
    if (!isOld && complete) this.forget(group);
    if (isOld && !rolling.has(group)) {
      if (rolling.size >= UPGRADES_AT_ONCE) {
        this.#waiting.add(group);
        return { image: present };
      }
      this.#waiting.delete(group);
      rolling.set(group, now());
    }
    const since = rolling.get(group);
    if (since === undefined) return { image };
    const againInMs = since + UPGRADE_PATIENCE_MS - now();
    if (againInMs > 0) return { image, againInMs };
    this.forget(group);
    return { image };
  }

  /** The group is done with it, or gone. */
  forget(group: string): void {
    this.#waiting.delete(group);
    if (!this.#rolling?.delete(group)) return;
    const [next] = this.#waiting;
    if (next !== undefined) this.#options.onTurn(next);
  }

  #begin(): Map<string, number> {
    const { unfinished, now } = this.#options;
    this.#rolling ??= new Map([...unfinished()].map((group) => [group, now()]));
    return this.#rolling;
  }
}
