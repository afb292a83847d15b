import type { CompleteComputeJobSpec } from '../../../constructs/crds/compute-job.ts';
import type { Amounts } from '../../node-resources/amounts.ts';
import { podRequests } from '../../node-resources/pod-requests.ts';

/** What each pod of a job will request: of what only has a limit, the limit, as the API server fills it in. */
export function jobRequests({ resources }: Pick<CompleteComputeJobSpec, 'resources'>): Amounts {
  const requests = { ...resources?.limits, ...resources?.requests };
  return podRequests({ spec: { containers: [{ name: 'job', resources: { requests } }] } });
}
