import { TokenBucket } from '../../kube/token-bucket.ts';

/** CPU time for the reports of one namespace, in milliseconds: at once, and per second. */
const BURST_MS = 2_000;
const MS_PER_SECOND = 100;
/** Cost of a request without parsing, in milliseconds. */
const REQUEST_MS = 0.5;
/** Total size of stored reports, in bytes of JSON. */
const TOTAL_BYTES = 96 * 1024 * 1024;
/** Reports up to this size are always stored: the number of pods is bounded elsewhere. */
const SMALL_BYTES = 4_096;

/**
 * Limits the CPU time and memory that the reports of a namespace take.
 *
 * *Guarantees*: a namespace's reports take at most a tenth of a core, and no more memory than is left for
 * all other namespaces together, so that there is always room for another one (dynamic thresholds, Choudhury and Hahne 1998).
 */
export class Shares {
  readonly #now: () => number;
  readonly #shares = new Map<string, { readonly time: TokenBucket; bytes: number; pods: number }>();
  #bytes = 0;

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Adds a pod. @returns its part of the share; close it when the pod is removed */
  open(namespace: string): Share {
    const share = this.#shares.get(namespace) ?? { time: this.#bucket(), bytes: 0, pods: 0 };
    this.#shares.set(namespace, share);
    share.pods++;
    let kept = 0;
    const keep = (bytes: number) => {
      this.#bytes += bytes - kept;
      share.bytes += bytes - kept;
      kept = bytes;
    };
    return {
      spend: (readMs) => {
        share.time.spend(readMs + REQUEST_MS);
        return share.time.waitMs();
      },
      tryKeep: (bytes) => {
        const isFair = share.bytes - kept + bytes <= TOTAL_BYTES - (this.#bytes - kept);
        if (bytes > SMALL_BYTES && bytes > kept && !isFair) return false;
        keep(bytes);
        return true;
      },
      close: () => {
        keep(0);
        share.pods--;
        if (share.pods === 0) this.#shares.delete(namespace);
      },
    };
  }

  #bucket(): TokenBucket {
    return new TokenBucket({ capacity: BURST_MS, perSecond: MS_PER_SECOND, now: this.#now });
  }
}

/** A pod's part of the limits of its namespace. */
export interface Share {
  /** Charges for a response. @returns how long to wait before the next request, in milliseconds */
  readonly spend: (readMs: number) => number;
  /** Reserves memory for a report of this size, in bytes, in place of the previous one. @returns whether there was room */
  readonly tryKeep: (bytes: number) => boolean;
  readonly close: () => void;
}
