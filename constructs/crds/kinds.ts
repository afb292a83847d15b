import { COMPUTE_JOB } from './compute-job.ts';
import { COMPUTE_NODE } from './compute-node.ts';
import type { CustomResourceKind } from './custom-resource.ts';
import { PEER_GROUP } from './peer-group.ts';

/** Every kind of ours. */
export const KINDS: readonly CustomResourceKind[] = [PEER_GROUP, COMPUTE_NODE, COMPUTE_JOB];
