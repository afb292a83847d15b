import type { Condition, Finding } from '../../runtime/conditions.ts';
import { CURRENT, type Health } from '../../runtime/health.ts';
import type { Problem } from '../problem.ts';
import { finding, resolvesItself } from '../reasons.ts';

export interface HealthInput {
  readonly problems: readonly Problem[];
  /** The other conditions as they were found now; `connected` undefined: nothing new is known of links. */
  readonly ready: Finding;
  readonly progressing: Finding;
  readonly degraded: Finding;
  readonly connected: Finding | undefined;
  /** Conditions as they were written last. */
  readonly before: readonly Condition[];
  /** The group's present one. */
  readonly generation: number;
}

/**
 * Whether a PeerGroup is on its way, stuck, or there. From a change of its spec, a rollout or a problem on, it is on its way until
 * Connected has been True once. Links that break later do not change its health: that is what Connected is for.
 */
export function groupHealth(input: HealthInput): Health {
  const { problems, ready, progressing, degraded } = input;
  if (problems.some(({ reason }) => !resolvesItself(reason))) return on('Stalled', degraded);
  if (problems.length > 0) return on('Reconciling', degraded);
  if (progressing.status === 'True') return on('Reconciling', progressing);
  const outstanding = outstandingConnection(input);
  if (outstanding === undefined) return CURRENT;
  return on('Reconciling', ready.status === 'True' ? outstanding : ready);
}

type Why = Pick<Finding, 'reason' | 'message'>;

function on(type: 'Reconciling' | 'Stalled', { reason, message }: Why): Health {
  return { type, reason, message };
}

/** What keeps the group from having connected since its last change; undefined: it has. */
function outstandingConnection({ connected, before, generation }: HealthInput): Why | undefined {
  const written = before.find(({ type }) => type === 'Connected');
  const current = connected ?? (written?.observedGeneration === generation ? written : undefined);
  if (current === undefined) return finding('Connected', 'Connecting', 'Waiting for reports about the current spec.');
  return current.status === 'True' || wasThere(before, generation) ? undefined : current;
}

/** Whether the group had got there under this generation; an older operator's status says nothing of it, and is believed. */
function wasThere(before: readonly Condition[], generation: number): boolean {
  const reconciling = before.find(({ type }) => type === 'Reconciling');
  if (reconciling === undefined) return before.length > 0;
  const isStalled = before.some(({ type, status }) => type === 'Stalled' && status === 'True');
  return reconciling.status === 'False' && reconciling.observedGeneration === generation && !isStalled;
}
