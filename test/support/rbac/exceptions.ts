import { CHILD_TYPES, OPTIONAL_CHILD_TYPES } from '../../../reconciler/peer-group/resources.ts';
import type { GrantException } from './compare.ts';

/** Grants that `test:full` need not use, or not as broadly as they are granted, and why they are right. */
export const GRANT_EXCEPTIONS: readonly GrantException[] = [
  ...[...CHILD_TYPES, ...OPTIONAL_CHILD_TYPES].map(({ group, plural }) => ({
    ...{ apiGroup: group, resource: plural, verb: 'get', isOccasional: true },
    reason:
      'A child that somebody made or changed meanwhile is read before it is written, by the same code for every kind: the tests do that to some kinds, by chance to others.',
  })),
  {
    ...{ apiGroup: 'rollcall.dev', resource: 'computenodes', verb: 'get', isOccasional: true },
    reason: 'Read when it is there already although the cache did not have it yet: after a restart in the middle.',
  },
  {
    ...{ apiGroup: '', resource: 'pods', verb: 'get', isOccasional: true },
    reason:
      'Read when a pod of a gang is there already although the cache did not have it yet: after a restart in the middle.',
  },
];
