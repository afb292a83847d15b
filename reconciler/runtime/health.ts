import type { Condition, Finding } from './conditions.ts';

/**
 * Where an object stands on its way to its spec, in the terms of kstatus (sigs.k8s.io/cli-utils/pkg/kstatus), which Helm,
 * Flux and kpt read. `Reconciling`: not there yet, and nobody has to do anything. `Stalled`: it will not get there unless
 * somebody changes something.
 */
export type Health =
  | { readonly type: 'Current' }
  | { readonly type: 'Reconciling' | 'Stalled'; readonly reason: string; readonly message: string };

export const CURRENT: Health = { type: 'Current' };

/**
 * The conditions Reconciling and Stalled.
 *
 * Reconciling is always there, also as False: a new object has it by a default of the CRD, and server-side apply removes only
 * what it has applied itself. Stalled is there only while it is True.
 */
export function healthFindings(health: Health): Finding[] {
  const { type } = health;
  if (type === 'Reconciling') return [{ ...health, type, status: 'True' }];
  const settled: Finding = {
    type: 'Reconciling',
    status: 'False',
    reason: 'Idle',
    message: 'No operation in progress.',
  };
  return type === 'Stalled' ? [settled, { ...health, type, status: 'True' }] : [settled];
}

/** Whether a condition is one of those that {@link healthFindings} decides: if it does not name it, it goes. */
export function isHealth({ type }: Pick<Condition, 'type'>): boolean {
  return type === 'Reconciling' || type === 'Stalled';
}
