import type { Dispatcher } from 'undici';
import { openConnectionPool } from './connection-pool.ts';
import type { Access, Credentials } from './credentials.ts';
import {
  ApiStatusError,
  ConnectionError,
  InvalidResponseError,
  KubeError,
  ResponseTooLargeError,
  type Status,
  TimeoutError,
} from './errors.ts';
import { FairSemaphore, flowOf } from './fair-semaphore.ts';
import { fencedDispatcher, type WriteFence } from './fenced-dispatcher.ts';
import { tryParseRetryAfter } from './retry-after.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RequestSpec {
  readonly method: Method;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly contentType?: string;
  /** From when it is sent until the answer is complete; waiting for its turn is not included. Default 15 s. */
  readonly timeoutMs?: number;
  /** Of the answer's body. @default as many as there are */
  readonly maxBytes?: number;
}

/** Called for every response: `code` is the HTTP status, or `<error>` if there was none. */
export type RequestObserver = (method: Method, code: string) => void;

export interface TransportOptions {
  readonly credentials: Credentials;
  /** Requests in flight at most; watches are not counted. */
  readonly maxInFlight: number;
  readonly userAgent: string;
  readonly onResponse: RequestObserver;
  /** For a request that says nothing else. @default 15 s */
  readonly timeoutMs?: number;
  /** Asked right before the bytes of a write are sent; throws when this process must not write. @default nothing holds writes back */
  readonly fence?: WriteFence | undefined;
}

interface Pools {
  readonly fingerprint: string;
  readonly requests: Dispatcher;
  readonly streams: Dispatcher;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const MAX_ERROR_BODY_BYTES = 64 * 1024;

/**
 * Requests to one API server over pooled connections.
 *
 * Guarantees: kinds and namespaces take turns; a request ends within its time from when it is sent; 401 renews the credentials and is tried once more; a request that timed out
 * retires the whole pool, because connections that died without a word come in crowds. Nothing else is retried here:
 * what a failure means is the caller's to know.
 */
export class Transport {
  readonly #options: TransportOptions;
  #pools: Pools | undefined;
  readonly #slots: FairSemaphore;
  #closed = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#slots = new FairSemaphore(options.maxInFlight);
  }

  /** @throws KubeError */
  async requestJson<T>(spec: RequestSpec): Promise<T> {
    const release = await this.#slots.acquire(flowOf(spec.path));
    // Not AbortSignal.timeout: its timer would keep each request in memory until its time is over.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), this.#timeoutMs(spec));
    try {
      const response = await this.#send(spec, 'requests', deadline.signal);
      return parseJson<T>(spec, await readText(spec, response.body));
    } catch (error) {
      throw this.#wrap(spec, error, deadline.signal);
    } finally {
      clearTimeout(timer);
      release();
    }
  }

  /**
   * Opens a stream: resolves with its body once the API server has answered 200.
   *
   * @param signal ends it
   * @throws KubeError
   */
  async openStream(spec: RequestSpec, signal: AbortSignal): Promise<Dispatcher.ResponseData['body']> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), this.#timeoutMs(spec));
    try {
      // Once the timer is cleared, only the caller ends it.
      return (await this.#send(spec, 'streams', AbortSignal.any([signal, deadline.signal]))).body;
    } catch (error) {
      throw this.#wrap(spec, error, deadline.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes every connection; requests in flight fail. */
  async close(): Promise<void> {
    this.#closed = true;
    const pools = this.#pools;
    this.#pools = undefined;
    await Promise.all([pools?.requests.destroy(), pools?.streams.destroy()]);
  }

  async #send(spec: RequestSpec, pool: 'requests' | 'streams', signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    for (let attempt = 0; ; attempt++) {
      const access = await this.#options.credentials.current();
      let response: Dispatcher.ResponseData;
      try {
        response = await this.#poolsFor(access)[pool].request({
          origin: access.origin,
          path: access.prefix + spec.path,
          query: definedOnly(spec.query),
          method: spec.method,
          headers: {
            ...access.headers,
            accept: 'application/json',
            'user-agent': this.#options.userAgent,
            ...(spec.body === undefined ? {} : { 'content-type': spec.contentType ?? 'application/json' }),
          },
          body: spec.body ?? null,
          signal,
        });
      } catch (error) {
        this.#options.onResponse(spec.method, '<error>');
        throw error;
      }
      this.#options.onResponse(spec.method, String(response.statusCode));
      if (response.statusCode >= 200 && response.statusCode < 300) return response;
      if (response.statusCode === 401 && attempt === 0) {
        await response.body.dump();
        await this.#options.credentials.renew(access);
        continue;
      }
      throw await statusError(response);
    }
  }

  #fenced(pool: Dispatcher): Dispatcher {
    const { fence } = this.#options;
    return fence === undefined ? pool : fencedDispatcher(pool, fence);
  }

  #timeoutMs({ method, timeoutMs }: RequestSpec): number {
    const ms = timeoutMs ?? this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const { fence } = this.#options;
    return method === 'GET' || fence === undefined ? ms : Math.max(1, Math.min(ms, fence.deadlineMs()));
  }

  #poolsFor(access: Access): Pools {
    if (this.#closed) throw new ConnectionError('the connections are closed');
    if (this.#pools?.fingerprint !== access.fingerprint) {
      this.#retirePools();
      this.#pools = {
        fingerprint: access.fingerprint,
        requests: this.#fenced(openConnectionPool(access.connect, this.#options.maxInFlight)),
        streams: openConnectionPool(access.connect, undefined),
      };
    }
    return this.#pools as Pools;
  }

  /** New requests get new connections; what is in flight may still end. */
  #retirePools(): void {
    const retired = this.#pools;
    this.#pools = undefined;
    // Closing waits for what is in flight, all of which has deadlines or idle timers of its own.
    retired?.requests.close().catch(() => {});
    retired?.streams.close().catch(() => {});
  }

  #wrap(spec: RequestSpec, error: unknown, deadline: AbortSignal): KubeError {
    if (error instanceof KubeError) return error;
    if (deadline.aborted) {
      this.#retirePools();
      return new TimeoutError(`${describe(spec)}: no complete response within ${this.#timeoutMs(spec)} ms`, {
        cause: error,
      });
    }
    const { message, code } = error as Error & { code?: string };
    return new ConnectionError(`${describe(spec)}: ${message || code}`, { cause: error });
  }
}

/** @throws ResponseTooLargeError */
async function readText(spec: RequestSpec, body: Dispatcher.ResponseData['body']): Promise<string> {
  const { maxBytes } = spec;
  if (maxBytes === undefined) return body.text();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new ResponseTooLargeError(`${describe(spec)}: the response has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function statusError(response: Dispatcher.ResponseData): Promise<ApiStatusError> {
  const retryAfter = response.headers['retry-after'];
  const retryAfterMs = tryParseRetryAfter(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter, Date.now());
  const text = await response.body.text().catch(() => '');
  try {
    const status = JSON.parse(text) as Status;
    if (status.kind === 'Status') return new ApiStatusError(response.statusCode, status, retryAfterMs);
  } catch {
    // Proxies and load balancers answer in their own words.
  }
  const words = text.slice(0, MAX_ERROR_BODY_BYTES).trim().slice(0, 200);
  const message = `HTTP ${response.statusCode}${words === '' ? '' : `: ${words}`}`;
  return new ApiStatusError(response.statusCode, { message }, retryAfterMs);
}

function parseJson<T>(spec: RequestSpec, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new InvalidResponseError(`${describe(spec)}: the response is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function describe(spec: RequestSpec): string {
  return `${spec.method} ${spec.path}`;
}

function definedOnly(query: RequestSpec['query']): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) defined[name] = value;
  return defined;
}
