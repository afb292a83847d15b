/** Maximum number of groups that roll out a new default image at the same time. */
export const UPGRADES_AT_ONCE = 5;
/** A group that isn't done after this long (for example, because a pod has no node) no longer blocks others. Milliseconds. */
export const UPGRADE_PATIENCE_MS = 600_000;

export interface UpgradeInput {
  /** Default image of the group's workload; undefined: there is no workload, or the spec sets the image. */
  readonly present: string | undefined;
  /** Whether all pods are up to date and ready. */
  readonly complete: boolean;
}

export interface UpgradeResult {
  /** The default image to render with. */
  readonly image: string;
  /** Reconcile again after this many milliseconds; undefined when there is nothing to wait for, or `onTurn` will say. */
  readonly againInMs?: number;
}

export interface UpgradeLimiterOptions {
  /** The operator's image for groups that set none. */
  readonly image: string;
  /** Whether groups are upgraded at all; if not, they keep an older default image. */
  readonly rolls: boolean;
  /** Groups whose upgrade a previous process of the operator began and did not finish; called once. */
  readonly unfinished: () => Iterable<string>;
  /** Called when a waiting group may begin. */
  readonly onTurn: (group: string) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Limits how many groups an upgrade of the operator reaches at a time: a broken image must not take down every mesh. */
export class UpgradeLimiter {
  readonly #options: UpgradeLimiterOptions;
  /** When each of them began; undefined until the first group asks. */
  #rolling: Map<string, number> | undefined;
  /** In the order of their requests. */
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

  /** The group is done, or was deleted. */
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
