import { type CompletePeerGroupSpec, completePeerGroup } from '../../../constructs/crds/peer-group.ts';
import { InvalidPeerGroupError } from '../../../constructs/errors.ts';
import type { PeerGroupObject } from '../resources.ts';

/** The group's spec with its defaults, or why it is invalid. */
export function completedOrError(group: PeerGroupObject): CompletePeerGroupSpec | InvalidPeerGroupError {
  if (group.rejected !== undefined) return new InvalidPeerGroupError(group.rejected.message);
  try {
    return completePeerGroup(group);
  } catch (error) {
    if (error instanceof InvalidPeerGroupError) return error;
    throw error;
  }
}

/** The spec of a group that another one depends on; undefined if it is invalid, which is in its own status. */
export function tryComplete(group: PeerGroupObject): CompletePeerGroupSpec | undefined {
  const spec = completedOrError(group);
  return spec instanceof InvalidPeerGroupError ? undefined : spec;
}
