import got from 'got';
import { PING_PORT } from '../../constructs/names.ts';
import type { Pod } from './resources.ts';

/** The part of a peer's `/report/brief` that is read. */
interface BriefReport {
  readonly config?: { readonly hash?: unknown };
}

export interface ReportCollectorOptions {
  /** Pods asked at once, at most. */
  readonly concurrency: number;
  /** Called when a pod's report differs from its last one. */
  readonly onChange: (group: string) => void;
}

const TIMEOUT_MS = 2_000;
const MAX_REPORT_BYTES = 256 * 1024;
const FIRST_DELAY_MS = 150;
const MAX_DELAY_MS = 5_000;

interface Watched {
  readonly group: string;
  readonly address: string;
  /** The config hash that we wait for. */
  wanted: string;
  reported: string | undefined;
  delayMs: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Asks pods which config they run, until each reports the one that it should.
 *
 * Guarantees: a pod that doesn't answer delays no other; one pod is asked at most every 150 ms, growing to 5 s; a pod that is
 * up to date is left in peace.
 */
export class ReportCollector {
  readonly #options: ReportCollectorOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #byGroup = new Map<string, Set<string>>();
  readonly #due: string[] = [];
  #asking = 0;

  constructor(options: ReportCollectorOptions) {
    this.#options = options;
  }

  /** The config hash that the pod with this uid last reported. */
  reported(uid: string): string | undefined {
    return this.#watched.get(uid)?.reported;
  }

  /** From now on these are the group's pods, and this is the config that they should report. */
  follow(group: string, pods: readonly Pod[], configHash: string): void {
    const former = this.#byGroup.get(group) ?? new Set();
    const current = new Set<string>();
    for (const pod of pods) {
      const { uid } = pod.metadata;
      const address = pod.status.podIP;
      if (uid === undefined || address === undefined || pod.status.phase !== 'Running') continue;
      current.add(uid);
      this.#followPod(uid, group, address, configHash);
    }
    for (const uid of former) if (!current.has(uid)) this.#forget(uid);
    if (current.size > 0) this.#byGroup.set(group, current);
    else this.#byGroup.delete(group);
  }

  /** The group is gone. */
  forget(group: string): void {
    for (const uid of this.#byGroup.get(group) ?? []) this.#forget(uid);
    this.#byGroup.delete(group);
  }

  close(): void {
    for (const group of [...this.#byGroup.keys()]) this.forget(group);
  }

  #followPod(uid: string, group: string, address: string, wanted: string): void {
    const known = this.#watched.get(uid);
    if (known !== undefined && known.address === address) {
      if (known.wanted === wanted) return;
      known.wanted = wanted;
      known.delayMs = FIRST_DELAY_MS;
      if (known.timer !== undefined) clearTimeout(known.timer);
      this.#schedule(uid, known);
      return;
    }
    if (known !== undefined) this.#forget(uid);
    const watched: Watched = { group, address, wanted, reported: undefined, delayMs: FIRST_DELAY_MS, timer: undefined };
    this.#watched.set(uid, watched);
    this.#schedule(uid, watched);
  }

  #schedule(uid: string, watched: Watched): void {
    if (watched.reported === watched.wanted) return;
    watched.timer = setTimeout(() => {
      watched.timer = undefined;
      this.#due.push(uid);
      this.#askNext();
    }, watched.delayMs);
    watched.delayMs = Math.min(MAX_DELAY_MS, watched.delayMs * 2);
  }

  #forget(uid: string): void {
    clearTimeout(this.#watched.get(uid)?.timer);
    this.#watched.delete(uid);
  }

  #askNext(): void {
    while (this.#asking < this.#options.concurrency) {
      const uid = this.#due.shift();
      if (uid === undefined) return;
      const watched = this.#watched.get(uid);
      if (watched === undefined) continue;
      this.#asking++;
      void this.#ask(uid, watched).finally(() => {
        this.#asking--;
        this.#askNext();
      });
    }
  }

  async #ask(uid: string, watched: Watched): Promise<void> {
    const hash = await fetchConfigHash(watched.address);
    // The pod may have gone, or its successor come, while we waited.
    if (this.#watched.get(uid) !== watched) return;
    const changed = hash !== undefined && hash !== watched.reported;
    if (changed) watched.reported = hash;
    if (watched.timer === undefined) this.#schedule(uid, watched);
    if (changed) this.#options.onChange(watched.group);
  }
}

/** A peer that starts, restarts or is cut off doesn't answer; that is no error, only no report. */
async function fetchConfigHash(address: string): Promise<string | undefined> {
  const host = address.includes(':') ? `[${address}]` : address;
  try {
    const tooLong = new AbortController();
    const request = got(`http://${host}:${PING_PORT}/report/brief`, {
      timeout: { request: TIMEOUT_MS },
      retry: { limit: 0 },
      followRedirect: false,
      signal: tooLong.signal,
    });
    request.on('downloadProgress', ({ transferred }) => {
      if (transferred > MAX_REPORT_BYTES) tooLong.abort();
    });
    const { config } = await request.json<BriefReport>();
    return typeof config?.hash === 'string' ? config.hash : undefined;
  } catch {
    return undefined;
  }
}
