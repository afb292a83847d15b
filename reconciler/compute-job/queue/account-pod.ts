import { keyOf } from '../../kube/object.ts';
import type { TrackedPod } from '../pods/tracked-pod.ts';
import type { Ledger } from './ledger.ts';

/**
 * Takes a pod into the ledger as it is now.
 *
 * A pod takes of its node what it requests from when it is bound until it has finished or is gone. One that is not bound takes
 * nothing, whatever it says of itself: what is reserved for the pods of a gang was entered when the gang's nodes were chosen,
 * under the names that they will have, and stays until they are bound or the job asks for nothing any more.
 */
export function accountPod(ledger: Ledger, pod: TrackedPod, deleted: boolean): void {
  const { node, requests, gang, finished } = pod;
  if (finished || (deleted && node !== undefined)) ledger.removePod(keyOf(pod));
  else if (node !== undefined) ledger.setPod(keyOf(pod), { node, requests, ...(gang && { job: gang.job }) });
}
