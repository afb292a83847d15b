import { setTimeout as sleep } from 'node:timers/promises';
import { ApiStatusError, isUnknownResource } from './errors.ts';
import { Informer, type InformerContext, type InformerOptions } from './informer.ts';
import type { KubeObject } from './object.ts';
import { START } from './watch-machine.ts';

/** How often to look whether a definition has been installed, or may be read now. */
const LOOK_AGAIN_MS = 60_000;
/** How long to wait when the API server could not be asked. */
const TRY_AGAIN_MS = 1_000;
/** Nobody waits for the first list for longer than this. */
const GIVE_UP_MS = 10_000;

export interface OptionalInformerOptions<T extends KubeObject> extends InformerOptions<T> {
  /** The list is there (from the start, or from now on). */
  readonly onAvailable: () => void;
}

/**
 * An informer of a kind that the operator can do without: the cluster may not have its definition (yet), the operator may not be
 * allowed to read it, or its list may fail for a reason of its own. Whatever the reason, nothing else waits for it.
 */
export class OptionalInformer<T extends KubeObject> extends Informer<T> {
  readonly #client: InformerContext['client'];
  readonly #choice: OptionalInformerOptions<T>;
  #absence: string | undefined;
  #isKnown = false;
  #announceKnown: () => void = () => {};
  readonly #known = new Promise<void>((resolve) => {
    this.#announceKnown = resolve;
  });

  constructor(context: InformerContext, options: OptionalInformerOptions<T>) {
    super(context, options);
    this.#client = context.client;
    this.#choice = options;
  }

  /** Whether the objects of the kind are known, and so can be made and changed. */
  get available(): boolean {
    return super.isSynced;
  }

  /** Why they are not: a clause. Undefined when they are. */
  get absence(): string | undefined {
    return this.available ? undefined : (this.#absence ?? 'its cache is not synced');
  }

  /** Absent is an answer too. */
  override get isSynced(): boolean {
    return this.#isKnown;
  }

  /** Resolves once it is known whether there are any, and if so which; at the latest when waiting for it was given up. */
  override synced(): Promise<void> {
    return this.#known;
  }

  override async run(signal: AbortSignal): Promise<void> {
    const givingUp = setTimeout(() => this.#settle(), GIVE_UP_MS);
    try {
      for (let delayMs = await this.#look(); delayMs !== undefined; delayMs = await this.#look()) {
        if (delayMs === LOOK_AGAIN_MS) this.#settle();
        await sleep(delayMs, undefined, { signal }).catch(() => {});
        if (signal.aborted) return;
      }
      void super.synced().then(() => {
        this.#settle();
        this.#choice.onAvailable();
      });
      await super.run(signal);
    } finally {
      clearTimeout(givingUp);
    }
  }

  protected override noteFailure(...[error, state]: Parameters<Informer<T>['noteFailure']>): void {
    this.#absence = (error as Error).message;
    super.noteFailure(error, state);
  }

  #settle(): void {
    this.#isKnown = true;
    this.#announceKnown();
  }

  /** @returns undefined when there is a list to be had; otherwise in how many milliseconds to look again */
  async #look(): Promise<number | undefined> {
    try {
      const { namespaces = [], labelSelector } = this.#choice.selection;
      const [namespace] = namespaces;
      await this.#client.list(this.type, {
        ...(namespace !== undefined && { namespace }),
        ...(labelSelector && { labelSelector }),
        limit: 1,
      });
      return undefined;
    } catch (error) {
      // Most clusters lack some of these definitions: nothing to tell anybody.
      if (isUnknownResource(error)) {
        this.#absence = 'its CRD is not installed';
        return LOOK_AGAIN_MS;
      }
      this.noteFailure(error, START);
      return error instanceof ApiStatusError && error.status === 403 ? LOOK_AGAIN_MS : TRY_AGAIN_MS;
    }
  }
}
