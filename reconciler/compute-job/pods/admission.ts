import { ApiStatusError, isInvalid, KubeError } from '../../kube/errors.ts';
import type { Amounts } from '../../node-resources/amounts.ts';

/** The result of admission for the pods of a job. */
export type Admission =
  /** The dry run is not finished; waiting jobs are queued when it is. */
  | { readonly type: 'Asking' }
  /** A pod would be admitted with these requests. */
  | { readonly type: 'Admitted'; readonly requests: Amounts }
  /** Only creating a pod can tell: a webhook does not support dry run (400), or the name of the pod is taken. */
  | { readonly type: 'Unknown' }
  | { readonly type: 'Invalid'; readonly message: string }
  /** Not admitted now; the next dry run is due in this many milliseconds. */
  | { readonly type: 'Rejected'; readonly message: string; readonly retryMs: number };

interface Entry {
  admission: Admission;
  /** When the next dry run is due. */
  until: number;
  asking: boolean;
  rejections: number;
  readonly waiting: Set<string>;
}

export interface AdmissionsOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Called with the jobs that waited for a result. */
  readonly onKnown: (keys: readonly string[]) => void;
}

/** How long a result is valid: policies, limits and webhooks change. */
const EXPIRY_MS = 5 * 60_000;
const FIRST_RETRY_MS = 2_000;
const MAX_ENTRIES = 2_000;

/**
 * Results of server-side dry runs, one for each namespace and shape of pod, cached for some time. LimitRanges and webhooks change what
 * a pod requests, so placement uses the result.
 */
export class Admissions {
  readonly #options: AdmissionsOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: AdmissionsOptions) {
    this.#options = options;
  }

  /**
   * @param shape namespace and everything that decides how the pods are rendered
   * @param key of the job that asks
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
  // Errors that are not from the API server say nothing about the pod, nor does a taken name: creating it will tell.
  if (!(error instanceof KubeError)) return { type: 'Unknown' };
  if (error instanceof ApiStatusError && (error.status === 400 || error.reason === 'AlreadyExists')) {
    return { type: 'Unknown' };
  }
  return { type: 'Rejected', message: error.message, retryMs: 0 };
}
