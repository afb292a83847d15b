import { type CompletePeerGroupSpec, completePeerGroup } from '../../constructs/crds/peer-group.ts';
import { InvalidPeerGroupError } from '../../constructs/errors.ts';
import type { PeerGroupObject } from './resources.ts';

/** The spec of a group that another one depends on; undefined when it is invalid, which its own status says. */
export function tryComplete(group: PeerGroupObject): CompletePeerGroupSpec | undefined {
  try {
    return completePeerGroup(group);
  } catch (error) {
    if (error instanceof InvalidPeerGroupError) return undefined;
    throw error;
  }
}
