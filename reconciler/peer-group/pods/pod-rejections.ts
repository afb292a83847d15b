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

export interface RejectionResult {
  readonly problem?: Problem;
  /** Milliseconds after which to check again. */
  readonly againInMs: number;
}

/** State of a group with missing pods. */
interface Missing {
  /** When to check next. */
  readonly due: number;
  /** Number of checks. */
  readonly asked: number;
  readonly problem?: Problem;
}

/** Controllers normally create pods within this time. Milliseconds. */
const PATIENCE_MS = 3_000;
const FIRST_WAIT_MS = 10_000;
const MAX_WAIT_MS = 300_000;

/**
 * Finds out why the pods of a workload are not created. The controllers of StatefulSets and DaemonSets only say so in Events, which
 * the operator does not read; it does a dry run of creating one, at increasing intervals, and only while one is missing. See
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
   * @param pod the missing pod, as its controller would create it
   * @param known whether the group's status already has a rejection: then it is checked immediately
   */
  async check(key: string, pod: ApplyConfiguration, known: boolean): Promise<RejectionResult> {
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

  /** Called when no pod is missing, or the group was deleted. */
  forget(key: string): void {
    this.#missing.delete(key);
  }

  /** @param before result if this one is inconclusive */
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

/** The problem in a response; undefined: none about the pod, for example if a webhook does not support dry runs. */
function podProblem(pod: ApplyConfiguration, error: ApiStatusError): Problem | undefined {
  const { reason, message } = rejection('Pod', pod.metadata.name, error);
  if (reason === 'MissingPermission' || isNamespaceTerminating(error)) return undefined;
  const isAboutThePod = [403, 409, 422].includes(error.status) || (error.status === 500 && /webhook/.test(message));
  if (!isAboutThePod) return undefined;
  return { reason: reason === 'QuotaExceeded' ? reason : 'PodRejected', message };
}
