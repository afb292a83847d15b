/**
 * Indexes as an Indexed Job writes them in completedIndexes (kubernetes.io/docs/concepts/workloads/controllers/job):
 * `0-2,4`.
 */
export function formatIndexes(indexes: Iterable<number>): string {
  const runs: [number, number][] = [];
  for (const index of [...new Set(indexes)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last?.[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

/** The inverse of {@link formatIndexes}. */
export function parseIndexes(text: string): ReadonlySet<number> {
  const indexes = new Set<number>();
  for (const run of text.split(',').filter(Boolean)) {
    const [from, to = from] = run.split('-').map(Number);
    for (let index = from!; index <= to!; index++) indexes.add(index);
  }
  return indexes;
}
