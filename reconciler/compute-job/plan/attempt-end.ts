import type { EndReason, FailureReason } from '../resource/reasons.ts';
import type { EndCause } from './restart-policy.ts';

/** Why an attempt ends. */
export type AttemptEnd = { readonly type: 'Completed' } | JobFailure | GangEnd;

/** The job fails, however many restarts are left. */
export interface JobFailure {
  readonly type: 'Failed';
  readonly reason: FailureReason;
  readonly message: string;
}

/** The gang ends and may be restarted. */
export interface GangEnd {
  readonly type: 'Restart';
  readonly cause: EndCause;
  readonly reason: EndReason;
  readonly message: string;
  /** The index that ended it; undefined: the whole gang. */
  readonly index?: number;
  /** Nodes not to use again for a while. */
  readonly avoid?: readonly string[];
  /** Whether the pods were asked to stop and nothing failed: they get their grace period to save their work. */
  readonly planned?: boolean;
}

export function gangEnd(cause: EndCause, reason: EndReason, message: string): GangEnd {
  return { type: 'Restart', cause, reason, message };
}

/** An end that doesn't count against backoffLimit. */
export function infrastructureEnd(reason: EndReason, message: string, index: number): GangEnd & { index: number } {
  return { ...gangEnd('Infrastructure', reason, message), index };
}

/** A pod in messages. */
export function describePod(pod: string, node: string): string {
  return `pod ${pod} on node ${node}`;
}
