import { clientServiceName } from '../../../constructs/addresses.ts';
import type { PeerGroupObject } from '../resources.ts';

/**
 * By the name of a group: names of Services that an older group in its namespace already has. A
 * certificate for such a name would let one group impersonate the other.
 *
 * This concerns only groups with the name of another group's client Service, which can no longer be created.
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
