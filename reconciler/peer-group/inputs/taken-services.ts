import { clientServiceName } from '../../../constructs/addresses.ts';
import type { PeerGroupObject } from '../resources.ts';

/**
 * By the name of a group: names of Services that it would have if an older group of its namespace did not have them. A
 * certificate for such a name would let one group pass for the other.
 *
 * Only a group called like another one's client Service is in question, and new groups can't be: these are from before.
 *
 * @param groups all of one namespace
 */
export function takenServices(groups: readonly PeerGroupObject[]): Map<string, readonly string[]> {
  const byName = new Map(groups.map((group) => [group.metadata.name, group]));
  const taken = new Map<string, string[]>();
  for (const group of groups) {
    const service = clientServiceName(group.metadata.name);
    const namesake = byName.get(service);
    if (namesake === undefined) continue;
    const younger = createdAt(namesake) < createdAt(group) ? group : namesake;
    taken.set(younger.metadata.name, [...(taken.get(younger.metadata.name) ?? []), service]);
  }
  return taken;
}

function createdAt({ metadata }: PeerGroupObject): string {
  return String(metadata.creationTimestamp ?? '');
}
