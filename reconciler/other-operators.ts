import { describeInstallation, findInstallations, standingOf } from './installations.ts';
import type { KubeClient } from './kube/client.ts';
import { KubeError } from './kube/errors.ts';
import { pause } from './kube/pause.ts';
import type { Transport } from './kube/transport.ts';
import type { Logger } from './runtime/logger.ts';

/** How often to look for other operators. */
const LOOK_MS = 10_000;
/** When the API server could not be asked. */
const RETRY_MS = 1_000;

export interface OtherOperatorsOptions {
  readonly client: KubeClient;
  readonly transport: Transport;
  /** Of this operator. */
  readonly namespace: string;
  readonly log: Logger;
  /** Writes an Event, again and again for as long as it holds. */
  readonly warn: (note: string) => void;
}

/** Looks for other operators in the cluster, and tells of them. */
export class OtherOperators {
  readonly #options: OtherOperatorsOptions;
  #hindrance: string | undefined;
  #logged = '';
  #isPartial = false;

  constructor(options: OtherOperatorsOptions) {
    this.#options = options;
  }

  /** Why this operator must not look after the cluster: a clause; undefined: as far as is known, it may. */
  get hindrance(): string | undefined {
    return this.#hindrance;
  }

  /** Resolves when no operator is there that was installed before this one, or when the signal aborts. */
  async untilFirst(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const isFirst = await this.#look();
      if (isFirst === true) return;
      await pause(isFirst === undefined ? RETRY_MS : LOOK_MS, signal);
    }
  }

  /** Resolves with why this operator must not go on, or with undefined when the signal aborts. */
  async watch(signal: AbortSignal): Promise<string | undefined> {
    while (!signal.aborted) {
      await pause(LOOK_MS, signal);
      if (!signal.aborted && (await this.#look()) === false) return this.#hindrance;
    }
    return undefined;
  }

  /** @returns whether this operator was installed first; undefined: the API server could not be asked */
  async #look(): Promise<boolean | undefined> {
    const { client, transport, namespace, log } = this.#options;
    try {
      const { found, isPartial } = await findInstallations(client, transport, namespace);
      if (isPartial && !this.#isPartial)
        log.warn(`Too many ServiceAccounts look like an operator's: only the oldest were checked for other operators`);
      this.#isPartial = isPartial;
      const standing = standingOf(namespace, found);
      if (standing.type === 'Leads') {
        this.#hindrance = undefined;
        for (const other of standing.others) {
          this.#tell(`Another operator is installed and inactive: uninstall ${describeInstallation(other)}`);
        }
        return true;
      }
      const other = describeInstallation(standing.to);
      this.#hindrance = `operator ${other} was installed first; uninstall one of the two`;
      this.#tell(`Not leading: ${this.#hindrance}`);
      return false;
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      log.warn({ code: error.code }, `Failed to look up other operators, retrying: ${error.message}`);
      return undefined;
    }
  }

  #tell(note: string): void {
    const { log, warn } = this.#options;
    if (note !== this.#logged) log.warn(note);
    this.#logged = note;
    warn(note);
  }
}
