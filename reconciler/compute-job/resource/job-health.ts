import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import type { Condition, Finding } from '../../runtime/conditions.ts';
import { CURRENT, type Health, healthFindings, isHealth } from '../../runtime/health.ts';
import { finding } from './reasons.ts';

/** Conditions that follow from the others: see {@link jobHealth}. */
export function isDerived(condition: Pick<Condition, 'type'>): boolean {
  return isHealth(condition) || condition.type === 'Ready' || condition.type === 'Finished';
}

/**
 * Ready, Reconciling, Stalled and Finished of a job, from its state and its other conditions. A suspended job has no Ready, like a
 * suspended batch Job: it is as its spec asks.
 */
export function jobHealth(state: ComputeJobStatus['state'], conditions: readonly Finding[]): Finding[] {
  const isTrue = (type: string) => conditions.find((other) => other.type === type && other.status === 'True');
  if (state === 'Completed')
    return [ready('Completed'), ...healthFindings(CURRENT), finished(state, isTrue('Complete'))];
  if (state === 'Failed') {
    const { reason, message } = isTrue('Failed') ?? { reason: 'Failed', message: 'the job has failed' };
    return [notReady(reason), ...healthFindings({ type: 'Stalled', reason, message }), finished(state, { message })];
  }
  if (state === 'Running') return [ready('Running'), ...healthFindings(CURRENT)];
  if (isTrue('Suspended')) return healthFindings(CURRENT);
  const scheduled = conditions.find(({ type }) => type === 'Scheduled');
  if (scheduled === undefined) return healthFindings(QUEUED);
  const { reason, message } = scheduled;
  return [
    notReady(reason),
    ...healthFindings({ type: reason === 'InvalidSpec' ? 'Stalled' : 'Reconciling', reason, message }),
  ];
}

const QUEUED: Health = { type: 'Reconciling', reason: 'Pending', message: 'waiting for the operator to place the job' };

function ready(reason: 'Running' | 'Completed'): Finding {
  return finding('Ready', reason, reason === 'Running' ? 'the gang is running' : 'the job completed successfully');
}

/** @param reason of Scheduled or Failed */
function notReady(reason: string): Finding {
  return { type: 'Ready', status: 'False', reason, message: 'the gang is not running' };
}

function finished(reason: 'Completed' | 'Failed', why: Pick<Finding, 'message'> | undefined): Finding {
  return finding('Finished', reason, why?.message ?? 'the job has finished');
}
