import { keyOf } from '../../kube/object.ts';
import type { TrackedPod } from '../pods/tracked-pod.ts';
import type { Ledger } from './ledger.ts';

/**
 * Updates a pod in the ledger.
 *
 * A pod uses what it requests of its node from when it is bound until it has finished or is deleted. An unbound pod uses nothing,
 * whatever its manifest says: the pods of a gang were added under their future names when its nodes were chosen, and these entries
 * stay until the pods are bound or the job no longer requests nodes.
 */
export function accountPod(ledger: Ledger, pod: TrackedPod, deleted: boolean): void {
  const { node, requests, gang, finished } = pod;
  if (finished || (deleted && node !== undefined)) ledger.removePod(keyOf(pod));
  else if (node !== undefined) ledger.setPod(keyOf(pod), { node, requests, ...(gang && { job: gang.job }) });
}
