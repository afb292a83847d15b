import type { KubeClient } from '../../kube/client.ts';
import { PODS } from '../../kube/core-types.ts';
import { ApiStatusError, isNamespaceTerminating, KubeError } from '../../kube/errors.ts';
import type { ApplyConfiguration } from '../../kube/object.ts';
import { type Problem, rejection } from '../problem.ts';

export interface PodRejectionsOptions {
  readonly client: KubeClient;
  readonly fieldManager: string;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

export interface Rejection {
  readonly problem?: Problem;
  /** In how many milliseconds it is worth asking again. */
  readonly againInMs: number;
}

/** What is known of a group whose pods are missing. */
interface Missing {
  /** When to ask next. */
  readonly due: number;
  /** Times that it was asked. */
  readonly asked: number;
  readonly problem?: Problem;
}

/** A controller makes pods within this time unless something keeps it from doing so. Milliseconds. */
const PATIENCE_MS = 3_000;
const FIRST_WAIT_MS = 10_000;
const MAX_WAIT_MS = 300_000;

/**
 * Why the pods of a workload are not created. The controllers of StatefulSets and DaemonSets say so in Events only, which
 * we don't read; so the API server is asked to create one as a dry run, seldom, and only while one is missing. See
 * docs/decisions/0015-rejected-pods.md.
 */
export class PodRejections {
  readonly #options: PodRejectionsOptions;
  readonly #missing = new Map<string, Missing>();

  constructor(options: PodRejectionsOptions) {
    this.#options = options;
  }

  /**
   * @param key of the group
   * @param pod the one that is missing, as its controller would create it
   * @param known whether the group's status names a rejection already: then it is asked at once
   */
  async check(key: string, pod: ApplyConfiguration, known: boolean): Promise<Rejection> {
    const { now } = this.#options;
    const missing = this.#missing.get(key) ?? { due: now() + (known ? 0 : PATIENCE_MS), asked: 0 };
    this.#missing.set(key, missing);
    const leftMs = missing.due - now();
    if (leftMs > 0) return { ...(missing.problem && { problem: missing.problem }), againInMs: leftMs };
    const problem = await this.#dryRun(pod, missing.problem);
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** missing.asked, MAX_WAIT_MS);
    this.#missing.set(key, { due: now() + waitMs, asked: missing.asked + 1, ...(problem && { problem }) });
    return { ...(problem && { problem }), againInMs: waitMs };
  }

  /** No pod is missing any more, or the group has gone. */
  forget(key: string): void {
    this.#missing.delete(key);
  }

  /** @param before what is known if this says nothing */
  async #dryRun(pod: ApplyConfiguration, before: Problem | undefined): Promise<Problem | undefined> {
    try {
      await this.#options.client.dryRunCreate(PODS, pod, this.#options.fieldManager);
      return undefined;
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      return error instanceof ApiStatusError ? podProblem(pod, error) : before;
    }
  }
}

/** What an answer says about the pod; undefined: nothing, such as that a webhook takes no dry runs, or that we may not ask. */
function podProblem(pod: ApplyConfiguration, error: ApiStatusError): Problem | undefined {
  const { reason, message } = rejection('Pod', pod.metadata.name, error);
  if (reason === 'MissingPermission' || isNamespaceTerminating(error)) return undefined;
  const isAboutThePod = [403, 409, 422].includes(error.status) || (error.status === 500 && /webhook/.test(message));
  if (!isAboutThePod) return undefined;
  return { reason: reason === 'QuotaExceeded' ? reason : 'PodRejected', message };
}
