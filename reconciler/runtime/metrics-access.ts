import { createHash } from 'node:crypto';
import type { Transport } from '../kube/transport.ts';

/** Who sent a request, as the API server knows them (`authentication.k8s.io/v1`, UserInfo). */
export interface User {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What the API server is asked. */
export interface Reviews {
  /** @returns undefined when the token is nobody's */
  readonly authenticate: (token: string) => Promise<User | undefined>;
  /** Whether the user may `get` the non-resource URL `/metrics`. */
  readonly mayReadMetrics: (user: User) => Promise<boolean>;
}

/** What the API server said of a token. */
type Reviewed = 'Allowed' | 'Unauthenticated' | 'Forbidden';
/** Busy: too many are asked about just now. */
export type Verdict = Reviewed | 'Busy';

/** A right that was taken away works for so much longer; one that was given is seen within the shorter time. Milliseconds. */
const REMEMBER_MS: Readonly<Record<Reviewed, number>> = { Allowed: 60_000, Unauthenticated: 10_000, Forbidden: 10_000 };
const MAX_REMEMBERED = 200;
const MAX_IN_FLIGHT = 4;
/** Limit of token reviews per second, for all clients together. */
const MAX_PER_SECOND = 20;

interface Remembered {
  readonly verdict: Promise<Reviewed>;
  readonly until: number;
}

/**
 * Whether a request for metrics may be answered: its bearer token is reviewed, and its user's right to `get` `/metrics`, as
 * the filter of controller-runtime does it (pkg/metrics/filters).
 *
 * *Guarantees*: without an answer of the API server nothing is allowed; strangers cost it a bounded number of requests.
 */
export class MetricsAccess {
  readonly #reviews: Reviews;
  readonly #now: () => number;
  /** By hash of the token, the one used longest ago first. */
  readonly #remembered = new Map<string, Remembered>();
  #inFlight = 0;
  #second = 0;
  #asked = 0;

  /** @param now monotonic milliseconds */
  constructor(reviews: Reviews, now: () => number) {
    this.#reviews = reviews;
    this.#now = now;
  }

  /**
   * @param authorization the request's header
   * @throws KubeError when the API server could not be asked
   */
  async judge(authorization: string | undefined): Promise<Verdict> {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return 'Unauthenticated';
    const key = createHash('sha256').update(token).digest('base64');
    const known = this.#remembered.get(key);
    if (known !== undefined && this.#now() < known.until) return known.verdict;
    if (!this.#hasRoom()) return 'Busy';
    const verdict = this.#ask(token);
    // Requests of one token that come meanwhile share the answer.
    this.#remember(key, verdict, REMEMBER_MS.Forbidden);
    try {
      const answer = await verdict;
      this.#remember(key, verdict, REMEMBER_MS[answer]);
      return answer;
    } catch (error) {
      this.#remembered.delete(key);
      throw error;
    }
  }

  async #ask(token: string): Promise<Reviewed> {
    this.#inFlight++;
    try {
      const user = await this.#reviews.authenticate(token);
      if (user === undefined) return 'Unauthenticated';
      return (await this.#reviews.mayReadMetrics(user)) ? 'Allowed' : 'Forbidden';
    } finally {
      this.#inFlight--;
    }
  }

  #hasRoom(): boolean {
    const second = Math.floor(this.#now() / 1_000);
    if (second !== this.#second) [this.#second, this.#asked] = [second, 0];
    return this.#inFlight < MAX_IN_FLIGHT && this.#asked++ < MAX_PER_SECOND;
  }

  #remember(key: string, verdict: Promise<Reviewed>, ms: number): void {
    this.#remembered.delete(key);
    this.#remembered.set(key, { verdict, until: this.#now() + ms });
    const oldest = this.#remembered.keys().next();
    if (this.#remembered.size > MAX_REMEMBERED && !oldest.done) this.#remembered.delete(oldest.value);
  }
}

/** Reviews by the API server. They change nothing, so they are no writes that a leader's lease has to cover. */
export function apiReviews(transport: Pick<Transport, 'requestJson'>): Reviews {
  const post = <T>(path: string, kind: string, spec: object) => {
    const apiVersion = path.slice('/apis/'.length, path.lastIndexOf('/'));
    const body = JSON.stringify({ apiVersion, kind, spec });
    return transport.requestJson<{ status?: T }>({ method: 'POST', path, body });
  };
  return {
    authenticate: async (token) => {
      const path = '/apis/authentication.k8s.io/v1/tokenreviews';
      const { status } = await post<{ authenticated?: boolean; user?: User }>(path, 'TokenReview', { token });
      return status?.authenticated === true ? status.user : undefined;
    },
    mayReadMetrics: async ({ username, uid, groups, extra }) => {
      const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
      const nonResourceAttributes = { path: '/metrics', verb: 'get' };
      const spec = { user: username, uid, groups, extra, nonResourceAttributes };
      const { status } = await post<{ allowed?: boolean }>(path, 'SubjectAccessReview', spec);
      return status?.allowed === true;
    },
  };
}
