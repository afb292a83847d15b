import { ApiStatusError, isInvalid, KubeError } from '../../kube/errors.ts';
import type { Amounts } from '../../node-resources/amounts.ts';

/** What admission makes of the pods of a job. */
export type Admission =
  /** It is being asked: whoever waits for it is told. */
  | { readonly type: 'Asking' }
  /** A pod would be admitted, and request this. */
  | { readonly type: 'Admitted'; readonly requests: Amounts }
  /** It can't be known without creating a pod: a webhook does not support dry run (400), or the pod's name is taken. */
  | { readonly type: 'Unknown' }
  | { readonly type: 'Invalid'; readonly message: string }
  /** For the time being; it is asked again after so many milliseconds. */
  | { readonly type: 'Rejected'; readonly message: string; readonly retryMs: number };

interface Entry {
  admission: Admission;
  /** Ask again from then on. */
  until: number;
  asking: boolean;
  rejections: number;
  readonly waiting: Set<string>;
}

export interface AdmissionsOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Something is known that these jobs have waited for. */
  readonly onKnown: (keys: readonly string[]) => void;
}

/** How long an answer is good for: policies, limits and webhooks change. */
const EXPIRY_MS = 5 * 60_000;
const FIRST_RETRY_MS = 2_000;
const MAX_ENTRIES = 2_000;

/**
 * What admission makes of pods, asked by server-side dry runs: one for each namespace and shape of pod, remembered for a while.
 * LimitRanges and webhooks change what a pod requests, so fit is judged on the answer.
 */
export class Admissions {
  readonly #options: AdmissionsOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: AdmissionsOptions) {
    this.#options = options;
  }

  /**
   * @param shape namespace and everything that decides what the pods are
   * @param key of the job that wants to know
   * @param ask sends the dry run, and resolves with what the pod would request
   */
  of(shape: string, key: string, ask: () => Promise<Amounts>): Admission {
    const entry = this.#entry(shape);
    const now = this.#options.now();
    if (!entry.asking && now >= entry.until) void this.#ask(entry, ask);
    if (entry.admission.type === 'Asking') entry.waiting.add(key);
    if (entry.admission.type !== 'Rejected') return entry.admission;
    return { ...entry.admission, retryMs: Math.max(0, entry.until - now) };
  }

  #entry(shape: string): Entry {
    const known = this.#entries.get(shape);
    if (known !== undefined) return known;
    const entry: Entry = { admission: { type: 'Asking' }, until: 0, asking: false, rejections: 0, waiting: new Set() };
    this.#entries.set(shape, entry);
    for (const [oldest, { asking }] of this.#entries) {
      if (this.#entries.size <= MAX_ENTRIES) break;
      if (!asking && oldest !== shape) this.#entries.delete(oldest);
    }
    return entry;
  }

  async #ask(entry: Entry, ask: () => Promise<Amounts>): Promise<void> {
    entry.asking = true;
    try {
      entry.admission = { type: 'Admitted', requests: await ask() };
      entry.rejections = 0;
    } catch (error) {
      entry.admission = admissionOf(error);
      entry.rejections = entry.admission.type === 'Rejected' ? entry.rejections + 1 : 0;
    }
    entry.asking = false;
    const retryMs = Math.min(EXPIRY_MS, FIRST_RETRY_MS * 2 ** (entry.rejections - 1));
    entry.until = this.#options.now() + (entry.admission.type === 'Rejected' ? retryMs : EXPIRY_MS);
    const keys = [...entry.waiting];
    entry.waiting.clear();
    if (keys.length > 0) this.#options.onKnown(keys);
  }
}

function admissionOf(error: unknown): Admission {
  if (isInvalid(error)) return { type: 'Invalid', message: error.message };
  // What is no answer of an API server says nothing of the pod, nor does a taken name: creating it will tell.
  if (!(error instanceof KubeError)) return { type: 'Unknown' };
  if (error instanceof ApiStatusError && (error.status === 400 || error.reason === 'AlreadyExists')) {
    return { type: 'Unknown' };
  }
  return { type: 'Rejected', message: error.message, retryMs: 0 };
}
