import type { NodeReason } from './reasons.ts';

/** State of a ComputeNode. */
export type NodeState = 'Pending' | 'Running' | 'Failed';

/** What was observed of a ComputeNode's Node. Times are milliseconds since the epoch. */
export interface NodeObservation {
  /** Undefined: no Node with this name exists. */
  readonly ready?: { readonly status: string; readonly since: number; readonly message?: string };
  /** Time since the last renewal of its Lease in kube-node-lease; undefined: it has none. */
  readonly leaseAgeMs?: number;
}

/** The previous decision. */
export interface PreviousHealth {
  readonly state: NodeState;
  readonly everReady: boolean;
}

export interface NodeLimits {
  /** How long a Node may be NotReady or Unknown. */
  readonly notReadyMs: number;
  /** How long its Lease may stay unrenewed. */
  readonly leaseMs: number;
}

/** The state of a ComputeNode, and why. */
export interface NodeHealthDecision extends PreviousHealth {
  /** Reason and message of the condition Ready. */
  readonly reason: NodeReason;
  readonly message: string;
  /** When to reconcile again even if nothing changes; undefined: never. */
  readonly requeueAfterMs?: number;
}

/**
 * The state of a ComputeNode. A short NotReady changes nothing; a Node that was never ready can't fail.
 *
 * Pure; `now` in milliseconds since the epoch.
 */
export function nodeHealth(
  past: PreviousHealth,
  observed: NodeObservation,
  now: number,
  limits: NodeLimits,
): NodeHealthDecision {
  const { ready, leaseAgeMs } = observed;
  if (ready === undefined) return unavailable(past, 'NodeNotFound', 'no Node with this name exists');
  const isReady = ready.status === 'True';
  const everReady = past.everReady || isReady;
  if (leaseAgeMs !== undefined && leaseAgeMs >= limits.leaseMs) {
    return unavailable(
      { ...past, everReady },
      'LeaseExpired',
      `the kubelet has not renewed its Lease for at least ${Math.round(limits.leaseMs / 1000)} s`,
    );
  }
  if (isReady) {
    return {
      state: 'Running',
      everReady,
      reason: 'NodeReady',
      message: 'the Node is ready',
      ...(leaseAgeMs === undefined ? {} : { requeueAfterMs: limits.leaseMs - leaseAgeMs }),
    };
  }
  const reason = ready.status === 'Unknown' ? 'NodeUnknown' : 'NodeNotReady';
  const message = ready.message || `the Node's condition Ready is ${ready.status}`;
  const left = ready.since + limits.notReadyMs - now;
  // It keeps its state until the limit: most interruptions are shorter.
  if (past.state === 'Running' && left > 0)
    return { state: 'Running', everReady, reason, message, requeueAfterMs: left };
  return unavailable({ ...past, everReady }, reason, message);
}

function unavailable({ everReady }: PreviousHealth, reason: NodeReason, message: string): NodeHealthDecision {
  return { state: everReady ? 'Failed' : 'Pending', everReady, reason, message };
}
