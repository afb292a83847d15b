import { MAX_PARALLELISM } from '../../../constructs/crds/compute-job.ts';
import { gangPod } from '../../../constructs/gang-names.ts';
import { jobRequests } from '../pods/job-requests.ts';
import type { ComputeJobObject } from '../resource/compute-job-object.ts';
import { parseIndexes } from '../resource/index-set.ts';
import { isActive } from '../resource/job-status.ts';
import type { Ledger } from './ledger.ts';

/**
 * Adds the pods of a gang to the ledger that the job's status assigns to nodes but that were not created before the previous operator
 * stopped.
 *
 * @param ledger has every pod that exists
 */
export function assumePods(job: ComputeJobObject, ledger: Ledger): void {
  const { metadata, status = {} } = job;
  if (!isActive(status)) return;
  const requests = jobRequests(job.spec);
  const completed = parseIndexes(status.completedIndexes ?? '');
  for (const [index, node] of (status.nodes ?? []).slice(0, MAX_PARALLELISM).entries()) {
    const pod = `${metadata.namespace}/${gangPod(metadata.name, status.attempt ?? 0, index)}`;
    if (index < (status.started ?? 0) || completed.has(index) || ledger.hasPod(pod)) continue;
    ledger.setPod(pod, { node, requests, job: `${metadata.namespace}/${metadata.name}` });
  }
}
