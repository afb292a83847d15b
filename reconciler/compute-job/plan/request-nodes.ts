import { eligibilityKey } from '../queue/node-table.ts';
import type { PlacementRequest } from '../queue/placement-request.ts';
import type { JobInput } from './input.ts';

/** Which nodes of a job are asked for; the rest of a request follows from the job. */
type Gap = Pick<PlacementRequest, 'attempt' | 'firstIndex' | 'count' | 'preferred' | 'avoided'>;

/** The request for the nodes that a job lacks. */
export function requestNodes(
  { namespace, name, spec, created, priority, requests }: JobInput,
  gap: Gap,
): PlacementRequest {
  const { nodeSelector = {}, tolerations = [], resources } = spec;
  const { attempt, firstIndex, count } = gap;
  return {
    ...gap,
    key: `${namespace}/${name}`,
    id: JSON.stringify([attempt, firstIndex, count, spec.nodeSelector, spec.tolerations, resources]),
    priority,
    created,
    requests,
    nodeSelector,
    tolerations,
    eligibilityKey: eligibilityKey({ nodeSelector, tolerations }),
  };
}
