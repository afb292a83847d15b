import * as z from 'zod';
import { MAX_DEGREE } from '../../limits.ts';
import { withRules } from '../rule.ts';

/** Which of a group's own peers each peer pings. */
export const topology = withRules(
  z.object({
    type: z
      .enum(['FullMesh', 'Ring', 'Sampled', 'None'])
      .default('FullMesh')
      .describe(
        'FullMesh: each peer pings all others. Ring: each peer pings the next one. Sampled: each peer pings degree others. None: peers ping only the entries of spec.peers.',
      ),
    degree: z
      .int32()
      .min(1)
      .max(MAX_DEGREE)
      .optional()
      .describe('Number of peers that each peer pings and is pinged by. Required with Sampled, not allowed otherwise.'),
  }),
  {
    cel: "has(self.degree) == (self.type == 'Sampled')",
    holds: ({ type, degree }) => (degree !== undefined) === (type === 'Sampled'),
    message: 'topology.degree is required with topology.type Sampled and not allowed otherwise',
  },
);
