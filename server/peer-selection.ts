/** Which members of a group one of them pings. Must not depend on the order in which names are given. */
export function selectTargets(names: readonly string[], self: string, topology: { readonly type: string }): string[] {
  const others = names.filter((name) => name !== self);
  if (topology.type === 'None') return [];
  if (topology.type === 'FullMesh') return others;
  return nextInRing(others, self);
}

/** In a ring every member pings the next one by name. */
function nextInRing(others: readonly string[], self: string): string[] {
  if (others.length === 0) return [];
  const sorted = [...others].sort();
  return [sorted.find((name) => name > self) ?? sorted[0]!];
}
