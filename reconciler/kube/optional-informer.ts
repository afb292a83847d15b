import { setTimeout as sleep } from 'node:timers/promises';
import { isNotFound } from './errors.ts';
import { Informer, type InformerContext, type InformerOptions } from './informer.ts';
import type { KubeObject } from './object.ts';

/** How often to look whether a definition has been installed. */
const LOOK_AGAIN_MS = 60_000;
/** How long to wait when the API server could not be asked. */
const TRY_AGAIN_MS = 1_000;

export interface OptionalInformerOptions<T extends KubeObject> extends InformerOptions<T> {
  /** The definition is there (from the start, or from now on). */
  readonly onAvailable: () => void;
}

/** An informer of a kind whose definition the cluster may not have (yet). */
export class OptionalInformer<T extends KubeObject> extends Informer<T> {
  readonly #client: InformerContext['client'];
  readonly #choice: OptionalInformerOptions<T>;
  #available = false;
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

  /** Whether the cluster has the definition. */
  get available(): boolean {
    return this.#available;
  }

  /** Absent is an answer too. */
  override get isSynced(): boolean {
    return this.#isKnown && (!this.#available || super.isSynced);
  }

  /** Resolves once it is known whether there are any, and if so which. */
  override async synced(): Promise<void> {
    await this.#known;
    if (this.#available) await super.synced();
  }

  override async run(signal: AbortSignal): Promise<void> {
    for (let exists = await this.#exists(); exists !== true; exists = await this.#exists()) {
      if (exists === false) this.#settle();
      await sleep(exists === false ? LOOK_AGAIN_MS : TRY_AGAIN_MS, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
    }
    this.#available = true;
    this.#settle();
    void super.synced().then(this.#choice.onAvailable);
    await super.run(signal);
  }

  #settle(): void {
    this.#isKnown = true;
    this.#announceKnown();
  }

  /** Only a plain "no such thing" means that it is absent; undefined: the API server could not be asked. */
  async #exists(): Promise<boolean | undefined> {
    try {
      await this.#client.list(this.type, { ...this.#choice.selection, limit: 1 });
      return true;
    } catch (error) {
      return isNotFound(error) ? false : undefined;
    }
  }
}
