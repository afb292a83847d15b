import { setTimeout as sleep } from 'node:timers/promises';
import { contentHash } from '../../constructs/content-hash.ts';
import type { KubeClient } from './client.ts';
import { isNotFound } from './errors.ts';
import type { ApplyConfiguration, KubeObject } from './object.ts';
import type { ResourceType } from './resource-type.ts';
import { TokenBucket } from './token-bucket.ts';

const EVENTS: ResourceType = {
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
};

/** An Event about an object (events.k8s.io/v1). */
export interface EventNote {
  readonly regarding: KubeObject;
  readonly type: 'Normal' | 'Warning';
  /** One word in CamelCase. */
  readonly reason: string;
  /** What was being done, one word in CamelCase. */
  readonly action: string;
  /** The message for people. */
  readonly note: string;
}

export interface EventRecorderOptions {
  readonly client: KubeClient;
  /** `rollcall.dev/operator`. */
  readonly controller: string;
  /** This process among its like: the pod's name. */
  readonly instance: string;
  readonly fieldManager: string;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
  /** Called when an Event could not be written, or too many were waiting. */
  readonly onDropped: (error?: unknown) => void;
}

/** The same thing said again within this time is one Event with a count. */
const SERIES_MS = 6 * 60_000;
/** Repetitions are written at most this often. */
const SERIES_WRITE_MS = 30_000;
/** Between two Events: they must not delay other requests. */
const PAUSE_MS = 25;
const MAX_WAITING = 4_096;
const MAX_WAITING_OF_NAMESPACE = 512;
/** Events of one object: at once, and then one in so many seconds. client-go's recorder has 25, and one in 300. */
const OBJECT_BURST = 25;
const OBJECT_SECONDS = 60;
const MAX_BUDGETS = 4_096;
const MAX_SERIES = 4_096;
/** The API server takes this many bytes of UTF-8. */
const MAX_NOTE_BYTES = 1_024;

interface Series {
  readonly name: string;
  readonly namespace: string;
  count: number;
  lastSeen: number;
  lastWritten: number;
}

/**
 * Writes Events in the background, one at a time, so that they never delay a reconcile.
 *
 * Guarantees: the same note about the same object is one Event, with the time at which it was first recorded; memory is bounded;
 * a failure is counted, not retried; an object has a bounded number of Events, and a namespace with many delays another's by one.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #series = new Map<string, Series>();
  /** By namespace, the one whose turn is next first. */
  readonly #waiting = new Map<string, (() => Promise<void>)[]>();
  #waitingCount = 0;
  /** By uid of the object, the one used longest ago first. */
  readonly #budgets = new Map<string, TokenBucket>();
  #writing: Promise<void> = Promise.resolve();

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  record(note: EventNote): void {
    const { now } = this.#options;
    const id = contentHash(JSON.stringify([note.regarding.metadata.uid, note.type, note.reason, note.note]));
    const known = this.#series.get(id);
    if (known !== undefined && now() - known.lastSeen < SERIES_MS) {
      known.count++;
      known.lastSeen = now();
      if (now() - known.lastWritten < SERIES_WRITE_MS) return;
      known.lastWritten = now();
      this.#write(note.regarding, () => this.#updateSeries(known));
      return;
    }
    const { namespace = 'default', name } = note.regarding.metadata;
    const series: Series = {
      name: `${name}.${contentHash(`${id} ${now()}`)}`,
      namespace,
      count: 1,
      lastSeen: now(),
      lastWritten: now(),
    };
    this.#series.delete(id);
    this.#series.set(id, series);
    const oldest = this.#series.keys().next();
    if (this.#series.size > MAX_SERIES && !oldest.done) this.#series.delete(oldest.value);
    const eventTime = this.#microTime();
    this.#write(note.regarding, () => this.#create(note, series, eventTime));
  }

  /** Resolves once everything recorded so far is written or given up. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  #write({ metadata }: KubeObject, task: () => Promise<void>): void {
    const { namespace = '', uid = '' } = metadata;
    const waiting = this.#waiting.get(namespace) ?? [];
    const isFull = this.#waitingCount >= MAX_WAITING || waiting.length >= MAX_WAITING_OF_NAMESPACE;
    if (isFull || !this.#budgetOf(uid).tryTake()) {
      this.#options.onDropped();
      return;
    }
    waiting.push(task);
    this.#waiting.set(namespace, waiting);
    this.#waitingCount++;
    if (this.#waitingCount === 1) this.#writing = this.#drain();
  }

  #budgetOf(uid: string): TokenBucket {
    const options = { capacity: OBJECT_BURST, perSecond: 1 / OBJECT_SECONDS, now: this.#options.now };
    const budget = this.#budgets.get(uid) ?? new TokenBucket(options);
    this.#budgets.delete(uid);
    this.#budgets.set(uid, budget);
    const oldest = this.#budgets.keys().next();
    if (this.#budgets.size > MAX_BUDGETS && !oldest.done) this.#budgets.delete(oldest.value);
    return budget;
  }

  async #drain(): Promise<void> {
    for (let task = this.#next(); task !== undefined; task = this.#next()) {
      try {
        await task();
      } catch (error) {
        this.#options.onDropped(error);
      }
      this.#waitingCount--;
      if (this.#waitingCount > 0) await sleep(PAUSE_MS);
    }
  }

  /** Goes round the namespaces. */
  #next(): (() => Promise<void>) | undefined {
    const next = this.#waiting.entries().next();
    if (next.done) return undefined;
    const [namespace, waiting] = next.value;
    this.#waiting.delete(namespace);
    const task = waiting.shift();
    if (waiting.length > 0) this.#waiting.set(namespace, waiting);
    return task;
  }

  async #create(note: EventNote, { name, namespace }: Series, eventTime: string): Promise<void> {
    const { client, controller, instance, fieldManager } = this.#options;
    const { apiVersion, kind, metadata } = note.regarding;
    const event: ApplyConfiguration = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name, namespace },
      eventTime,
      type: note.type,
      reason: note.reason,
      action: note.action,
      note: cutToBytes(note.note, MAX_NOTE_BYTES),
      regarding: {
        apiVersion,
        kind,
        name: metadata.name,
        namespace: metadata.namespace,
        uid: metadata.uid,
        resourceVersion: metadata.resourceVersion,
      },
      reportingController: controller,
      reportingInstance: instance,
    };
    await client.create(EVENTS, event, fieldManager);
  }

  async #updateSeries(series: Series): Promise<void> {
    const { client, fieldManager } = this.#options;
    const patch = { series: { count: series.count, lastObservedTime: this.#microTime() } };
    try {
      await client.mergePatch(EVENTS, series, patch, fieldManager);
    } catch (error) {
      // Events live for an hour; this one has gone before its series ended.
      if (!isNotFound(error)) throw error;
    }
  }

  /** `metav1.MicroTime` wants exactly six fractional digits. */
  #microTime(): string {
    return new Date(this.#options.now()).toISOString().replace('Z', '000Z');
  }
}

/** The longest beginning of a text that fits; no character is cut in two. */
function cutToBytes(text: string, bytes: number): string {
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(bytes)).read);
}
