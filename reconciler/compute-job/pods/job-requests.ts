import type { CompleteComputeJobSpec } from '../../../constructs/crds/compute-job.ts';
import type { Amounts } from '../../node-resources/amounts.ts';
import { podRequests } from '../../node-resources/pod-requests.ts';

/** What each pod of a job requests; where only a limit is set, the limit, as the API server defaults it. */
export function jobRequests({ resources }: Pick<CompleteComputeJobSpec, 'resources'>): Amounts {
  const requests = { ...resources?.limits, ...resources?.requests };
  return podRequests({ spec: { containers: [{ name: 'job', resources: { requests } }] } });
}
