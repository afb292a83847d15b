import type { Condition, Finding } from '../../runtime/conditions.ts';
import { CURRENT, type Health } from '../../runtime/health.ts';
import type { Problem } from '../problem.ts';
import { finding, resolvesItself } from '../reasons.ts';

export interface HealthInput {
  readonly problems: readonly Problem[];
  /** The other conditions as they were found now; `connected` undefined: no new information about links. */
  readonly ready: Finding;
  readonly progressing: Finding;
  readonly degraded: Finding;
  readonly connected: Finding | undefined;
  /** The last written conditions. */
  readonly before: readonly Condition[];
  /** Of the group. */
  readonly generation: number;
}

/**
 * Whether a PeerGroup is reconciling, stalled or current. After a change of its spec, a rollout or a problem, it is reconciling until
 * Connected has been True once. Links that go down later do not affect its health, only Connected.
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

/** Why the group has not connected since its last change; undefined: it has. */
function outstandingConnection({ connected, before, generation }: HealthInput): Why | undefined {
  const written = before.find(({ type }) => type === 'Connected');
  const current = connected ?? (written?.observedGeneration === generation ? written : undefined);
  if (current === undefined) return finding('Connected', 'Connecting', 'Waiting for reports about the current spec.');
  return current.status === 'True' || wasThere(before, generation) ? undefined : current;
}

/** Whether the group has been current under this generation; assumed if an older operator wrote the status. */
function wasThere(before: readonly Condition[], generation: number): boolean {
  const reconciling = before.find(({ type }) => type === 'Reconciling');
  if (reconciling === undefined) return before.length > 0;
  const isStalled = before.some(({ type, status }) => type === 'Stalled' && status === 'True');
  return reconciling.status === 'False' && reconciling.observedGeneration === generation && !isStalled;
}
