import { TokenBucket } from '../../kube/token-bucket.ts';

/** What reports of one namespace may cost, in milliseconds of our time: at once, and in each second. */
const BURST_MS = 2_000;
const MS_PER_SECOND = 100;
/** What a request costs besides reading its answer, in milliseconds. */
const REQUEST_MS = 0.5;
/** All reports that are kept, in bytes of their JSON. */
const TOTAL_BYTES = 96 * 1024 * 1024;
/** A report of this size is always kept: pods are bounded by others. */
const SMALL_BYTES = 4_096;

/**
 * What collecting the reports of a namespace may cost: time, and memory.
 *
 * *Guarantees*: a namespace's reports take a tenth of a core; the reports of one namespace take no more memory than is left for
 * all others together, so that there is always room for another one's (dynamic thresholds, Choudhury and Hahne 1998).
 */
export class Shares {
  readonly #now: () => number;
  readonly #shares = new Map<string, { readonly time: TokenBucket; bytes: number; pods: number }>();
  #bytes = 0;

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** One more pod of the namespace is followed. @returns its part of the share; close it when the pod is no longer followed */
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

/** A pod's part in what its namespace may cost. */
export interface Share {
  /** Time was spent on an answer. @returns for how many milliseconds to leave the pod alone */
  readonly spend: (readMs: number) => number;
  /** Whether a report of this size, in bytes, may be kept in place of the former one. */
  readonly tryKeep: (bytes: number) => boolean;
  readonly close: () => void;
}
