import { ApiStatusError, isUnknownResource } from './errors.ts';
import { Informer, type InformerContext, type InformerOptions } from './informer.ts';
import type { KubeObject } from './object.ts';
import { pause } from './pause.ts';
import { START } from './watch-machine.ts';

/** How often to check whether a CRD has been installed, or may be read now. */
const RECHECK_MS = 60_000;
/** How long to wait after a request that failed. */
const RETRY_MS = 1_000;
/** The longest that others wait for the initial list. */
const SYNC_TIMEOUT_MS = 10_000;

export interface OptionalInformerOptions<T extends KubeObject> extends InformerOptions<T> {
  /** Called once the initial list is cached. */
  readonly onAvailable: () => void;
}

/**
 * An informer of an optional kind: its CRD may not be installed, the operator may not be allowed to read it, or listing it may
 * fail. In each case nothing else waits for it.
 */
export class OptionalInformer<T extends KubeObject> extends Informer<T> {
  readonly #client: InformerContext['client'];
  readonly #optionalOptions: OptionalInformerOptions<T>;
  #absence: string | undefined;
  #isKnown = false;
  #onKnown: () => void = () => {};
  readonly #known = new Promise<void>((resolve) => {
    this.#onKnown = resolve;
  });

  constructor(context: InformerContext, options: OptionalInformerOptions<T>) {
    super(context, options);
    this.#client = context.client;
    this.#optionalOptions = options;
  }

  /** Whether the objects of the kind are cached, so that they can be created and changed. */
  get available(): boolean {
    return super.isSynced;
  }

  /** Why they are not: a clause. Undefined if they are. */
  get unavailableReason(): string | undefined {
    return this.available ? undefined : (this.#absence ?? 'its cache is not synced');
  }

  /** True as well once it is known that the kind is unavailable. */
  override get isSynced(): boolean {
    return this.#isKnown;
  }

  /** Resolves once it is known whether there are any, and if so which; at the latest when waiting for it was given up. */
  override synced(): Promise<void> {
    return this.#known;
  }

  override async run(signal: AbortSignal): Promise<void> {
    const givingUp = setTimeout(() => this.#resolveKnown(), SYNC_TIMEOUT_MS);
    try {
      for (let delayMs = await this.#check(); delayMs !== undefined; delayMs = await this.#check()) {
        if (delayMs === RECHECK_MS) this.#resolveKnown();
        await pause(delayMs, signal);
        if (signal.aborted) return;
      }
      void super.synced().then(() => {
        this.#resolveKnown();
        this.#optionalOptions.onAvailable();
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

  #resolveKnown(): void {
    this.#isKnown = true;
    this.#onKnown();
  }

  /** @returns undefined if the kind can be listed; otherwise in how many milliseconds to check again */
  async #check(): Promise<number | undefined> {
    try {
      const { namespaces = [], labelSelector } = this.#optionalOptions.listOptions;
      const [namespace] = namespaces;
      await this.#client.list(this.type, {
        ...(namespace !== undefined && { namespace }),
        ...(labelSelector && { labelSelector }),
        limit: 1,
      });
      return undefined;
    } catch (error) {
      // Most clusters lack some of these CRDs: that is not worth a log line.
      if (isUnknownResource(error)) {
        this.#absence = 'its CRD is not installed';
        return RECHECK_MS;
      }
      this.noteFailure(error, START);
      return error instanceof ApiStatusError && error.status === 403 ? RECHECK_MS : RETRY_MS;
    }
  }
}
