import type { KubeClient } from './kube/client.ts';
import { PODS } from './kube/core-types.ts';
import { KubeError } from './kube/errors.ts';
import { podsWithoutElection } from './kube/leader/earlier-leaders.ts';
import type { KubeObject } from './kube/object.ts';
import { pause } from './kube/pause.ts';
import type { Logger } from './runtime/logger.ts';

const RETRY_MS = 1_000;

export interface EarlierVersionsOptions {
  readonly client: KubeClient;
  /** Of the operator's pods. */
  readonly namespace: string;
  /** Selects those of its pods that take no part in the election. */
  readonly selector: string;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** @default {@link pause} */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Waits for pods of a version without leader election, which write whoever holds the Lease. */
export class EarlierVersions {
  readonly #options: EarlierVersionsOptions;
  #pods: readonly KubeObject[] = [];

  constructor(options: EarlierVersionsOptions) {
    this.#options = options;
  }

  /**
   * What somebody has to end, because it does not end by itself: a clause; undefined: nothing.
   *
   * That is a pod that should have been gone by now, as of a node that is dead. One that nobody has deleted yet is none: it may
   * be the rollout that waits with it until this process is ready.
   */
  get hindrance(): string | undefined {
    const { namespace, now } = this.#options;
    const late = this.#pods.filter(({ metadata }) => Date.parse(metadata.deletionTimestamp ?? '') < now());
    if (late.length === 0) return undefined;
    const names = late.map(({ metadata }) => metadata.name).join(' ');
    return (
      `waiting for pods of a version without leader election, which do not terminate: ${names}; if their nodes are dead: ` +
      `kubectl delete pod --force --namespace ${namespace} ${names}`
    );
  }

  /** Resolves when none is left, or when the signal aborts. */
  async untilGone(signal: AbortSignal): Promise<void> {
    const { client, namespace, selector, log, sleep = pause } = this.#options;
    for (let before = ''; !signal.aborted; await sleep(RETRY_MS, signal)) {
      try {
        this.#pods = await podsWithoutElection(client, PODS, namespace, selector);
        if (this.#pods.length === 0) return;
        const pods = this.#pods.map(({ metadata }) => metadata.name).join(', ');
        if (pods !== before) log.info({ pods }, 'Waiting for pods of a version without leader election to terminate');
        before = pods;
      } catch (error) {
        if (!(error instanceof KubeError)) throw error;
        log.warn({ code: error.code }, `Listing pods of the operator failed, retrying: ${error.message}`);
      }
    }
  }
}
