import { OPERATOR_NODE_OPTIONS } from '../../constructs/operator/deployment.ts';
import { OPERATOR_BUNDLE } from '../support/operator-process.ts';

/** What Node gives its heap in a container with the memory limit of the Deployment (512Mi), in MiB. */
const HEAP = 256;

/** The operator as dist/ runs it: the image's bundle, with the heap that it would have there. */
export const AS_DEPLOYED = {
  program: OPERATOR_BUNDLE,
  env: { NODE_OPTIONS: `${OPERATOR_NODE_OPTIONS} --max-old-space-size=${HEAP}` },
} as const;
