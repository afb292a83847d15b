import { encodeBody } from './encode-body.ts';
import { InvalidResponseError, TimeoutError } from './errors.ts';
import { LineSplitter } from './line-splitter.ts';
import type { ApplyConfiguration, KubeObject, ObjectKey } from './object.ts';
import { apiVersionOf, collectionPath, objectPath, type ResourceType } from './resource-type.ts';
import type { Transport } from './transport.ts';
import { isObject, isRecord, verifyObject } from './verify-object.ts';
import { parseWatchEvent, type WatchEvent } from './watch-event.ts';

/** One page of a list. */
export interface Page<T extends KubeObject = KubeObject> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  /** Where the next page begins; undefined on the last. */
  readonly next?: string;
}

export interface ListOptions {
  /** All namespaces when not given. */
  readonly namespace?: string;
  readonly labelSelector?: string;
}

export interface WatchOptions extends ListOptions {
  /** Where it begins; undefined: everything that exists comes first, and then a bookmark that says so (KEP-3157). */
  readonly resourceVersion: string | undefined;
  /** When the API server ends the watch by itself, in seconds. */
  readonly timeoutSeconds: number;
  /** Whether it may have said nothing (no event, no bookmark) for this long, in milliseconds, or counts as dead. */
  readonly mayBeSilent: (ms: number) => boolean;
}

export interface ApplyOptions {
  readonly fieldManager: string;
  readonly subresource?: 'status';
  /** False: a field that somebody else has set otherwise makes the whole apply fail with a conflict. */
  readonly force?: boolean;
}

/** The very object that a deletion is meant for. */
export interface DeleteKey extends ObjectKey {
  /** Undefined: whatever has that name, which is for tests only. */
  readonly uid: string | undefined;
}

/** Called before and after every write, with its method and path. A hook may end the process, as crash tests do. */
export interface WriteHooks {
  readonly before?: (write: string) => void;
  readonly after?: (write: string) => void;
}

const LIST_TIMEOUT_MS = 60_000;
const IDLE_CHECK_MS = 1_000;

/** The verbs of the Kubernetes API, for any kind. Every method throws KubeError. */
export class KubeClient {
  readonly #transport: Transport;
  readonly #hooks: WriteHooks;

  constructor(transport: Transport, hooks: WriteHooks = {}) {
    this.#transport = transport;
    this.#hooks = hooks;
  }

  /**
   * @param options with `name`: only the object of that name, for which the right to list is enough
   * @throws ResponseTooLargeError when the page has more than `maxBytes`
   */
  async list(
    type: ResourceType,
    options: ListOptions & { name?: string; limit?: number; continue?: string; maxBytes?: number },
  ): Promise<Page> {
    const body = await this.#transport.requestJson<{
      kind?: string;
      items?: KubeObject[];
      metadata?: { resourceVersion?: string; continue?: string };
    }>({
      method: 'GET',
      path: collectionPath(type, options.namespace),
      query: {
        labelSelector: options.labelSelector,
        fieldSelector: options.name === undefined ? undefined : `metadata.name=${options.name}`,
        limit: options.limit?.toString(),
        continue: options.continue,
      },
      timeoutMs: LIST_TIMEOUT_MS,
      ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
    });
    const { resourceVersion, continue: next } = body.metadata ?? {};
    if (body.kind !== `${type.kind}List` || resourceVersion === undefined || !body.items?.every(isObject)) {
      throw new InvalidResponseError(`the list of ${type.plural} is not a list, or lacks items or resourceVersion`);
    }
    // Built-in kinds leave out in a list what every item has in common.
    const common = { apiVersion: apiVersionOf(type), kind: type.kind };
    const items = body.items.map((item) => ({ ...item, ...common }));
    return { items, resourceVersion, ...(next ? { next } : {}) };
  }

  async get<T extends KubeObject>(type: ResourceType, target: ObjectKey): Promise<T> {
    const path = objectPath(type, target);
    return verifyObject<T>(await this.#transport.requestJson({ method: 'GET', path }), `GET ${path}`, type, target);
  }

  /**
   * Yields the events of a watch, as many at a time as arrived together, until the server ends it.
   *
   * @throws ApiStatusError for a status other than 200 and for an ERROR event alike
   * @throws TimeoutError when it was silent for longer than it may be
   * @throws InvalidResponseError when it ended in the middle of an event
   */
  async *watch(type: ResourceType, options: WatchOptions, signal: AbortSignal): AsyncGenerator<WatchEvent[]> {
    const silence = new AbortController();
    const abort = () => silence.abort();
    signal.addEventListener('abort', abort);
    let heard = performance.now();
    const idle = setInterval(() => {
      if (!options.mayBeSilent(performance.now() - heard)) abort();
    }, IDLE_CHECK_MS);
    try {
      const body = await this.#transport.openStream(
        {
          method: 'GET',
          path: collectionPath(type, options.namespace),
          query: {
            watch: 'true',
            allowWatchBookmarks: 'true',
            labelSelector: options.labelSelector,
            ...(options.resourceVersion === undefined
              ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }
              : { resourceVersion: options.resourceVersion }),
            timeoutSeconds: options.timeoutSeconds.toString(),
          },
        },
        silence.signal,
      );
      const lines = new LineSplitter();
      for await (const chunk of body) {
        heard = performance.now();
        const events = lines.push(chunk as Buffer).map(parseWatchEvent);
        if (events.length > 0) yield events;
      }
      if (lines.midLine) throw new InvalidResponseError(`the watch of ${type.plural} ended in the middle of an event`);
    } catch (error) {
      if (silence.signal.aborted && !signal.aborted) {
        const seconds = Math.round((performance.now() - heard) / 1_000);
        throw new TimeoutError(`the watch of ${type.plural} was silent for ${seconds} s`, { cause: error });
      }
      throw error;
    } finally {
      clearInterval(idle);
      signal.removeEventListener('abort', abort);
      abort();
    }
  }

  /**
   * Server-side apply, forced unless said otherwise: what `object` sets is owned by us from now on, no matter who owned it.
   *
   * `metadata.uid` in it means "this very object"; see {@link createByApply} for "only a new one".
   */
  apply<T extends KubeObject>(type: ResourceType, object: ApplyConfiguration, options: ApplyOptions): Promise<T> {
    return this.#write<T>(type, 'PATCH', object.metadata, {
      ...(options.subresource === undefined ? {} : { subresource: options.subresource }),
      query: { fieldManager: options.fieldManager, force: String(options.force ?? true) },
      contentType: 'application/apply-patch+yaml',
      body: object,
    });
  }

  /**
   * Server-side apply that only creates: an existing object of that name is left alone and reported as a conflict.
   *
   * The API server rejects an apply whose resourceVersion is not the object's, and ignores it when there is none; no object
   * has had version 1 since etcd began to count.
   */
  createByApply<T extends KubeObject>(
    type: ResourceType,
    object: ApplyConfiguration,
    options: ApplyOptions,
  ): Promise<T> {
    return this.apply(type, { ...object, metadata: { ...object.metadata, resourceVersion: '1' } }, options);
  }

  create<T extends KubeObject>(type: ResourceType, object: ApplyConfiguration, fieldManager: string): Promise<T> {
    return this.#write<T>(type, 'POST', object.metadata, { query: { fieldManager }, body: object });
  }

  /** Asks what the API server, admission included, would answer to {@link create}; nothing is stored. */
  dryRunCreate<T extends KubeObject>(type: ResourceType, object: ApplyConfiguration, fieldManager: string): Promise<T> {
    return this.#transport.requestJson<T>({
      method: 'POST',
      path: collectionPath(type, object.metadata.namespace),
      query: { fieldManager, dryRun: 'All' },
      body: encodeBody(object),
    });
  }

  /** JSON merge patch (RFC 7396). */
  mergePatch<T extends KubeObject>(
    type: ResourceType,
    target: ObjectKey,
    patch: Readonly<Record<string, unknown>>,
    fieldManager: string,
  ): Promise<T> {
    return this.#patch<T>('merge-patch', type, target, patch, fieldManager);
  }

  /** Strategic merge patch, which knows the lists of Kubernetes' own kinds by their keys. */
  strategicPatch<T extends KubeObject>(
    type: ResourceType,
    target: ObjectKey,
    patch: Readonly<Record<string, unknown>>,
    fieldManager: string,
  ): Promise<T> {
    return this.#patch<T>('strategic-merge-patch', type, target, patch, fieldManager);
  }

  #patch<T>(
    form: 'merge-patch' | 'strategic-merge-patch',
    type: ResourceType,
    target: ObjectKey,
    body: Readonly<Record<string, unknown>>,
    fieldManager: string,
  ): Promise<T> {
    return this.#write<T>(type, 'PATCH', target, {
      query: { fieldManager },
      contentType: `application/${form}+json`,
      body,
    });
  }

  /**
   * Deletes in the background: dependents follow by garbage collection. Only that very object: a successor of its name is
   * answered with a conflict.
   *
   * @param graceSeconds for a pod: how long its processes get to end; what the pod says when not given
   */
  async delete(type: ResourceType, target: DeleteKey, graceSeconds?: number): Promise<void> {
    await this.#write(type, 'DELETE', target, {
      body: {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        propagationPolicy: 'Background',
        ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
        ...(target.uid === undefined ? {} : { preconditions: { uid: target.uid } }),
      },
    });
  }

  /** @throws InvalidResponseError when the answer is a success and no state of the object: then nobody knows what became of it */
  async #write<T>(
    type: ResourceType,
    method: 'POST' | 'PATCH' | 'DELETE',
    target: ObjectKey,
    request: {
      readonly subresource?: string;
      readonly query?: Readonly<Record<string, string>>;
      readonly contentType?: string;
      readonly body: object;
    },
  ): Promise<T> {
    const path =
      method === 'POST' ? collectionPath(type, target.namespace) : objectPath(type, target, request.subresource);
    const write = `${method} ${path}`;
    this.#hooks.before?.(write);
    const answer = await this.#transport.requestJson({
      method,
      path,
      ...(request.query ? { query: request.query } : {}),
      ...(request.contentType ? { contentType: request.contentType } : {}),
      body: encodeBody(request.body),
    });
    this.#hooks.after?.(write);
    // A deletion is answered with the object, or with a Status that says so.
    const isDone = method === 'DELETE' && isRecord(answer) && answer.kind === 'Status' && answer.status === 'Success';
    return isDone ? (answer as T) : verifyObject<T>(answer, write, type, target);
  }
}
