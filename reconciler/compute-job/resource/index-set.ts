import { MAX_PARALLELISM } from '../../../constructs/crds/compute-job.ts';

/** One index or a range, between commas. */
const RUN = /(?<=^|,)(\d+)(?:-(\d+))?(?=,|$)/g;
/** Every other index of the largest gang, with commas, is shorter. */
const MAX_LENGTH = 5 * MAX_PARALLELISM;

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

/**
 * The inverse of {@link formatIndexes}, up to the size that a gang can have: the text is from a status, which other programs
 * can write. What is no index or range is left out.
 */
export function parseIndexes(text: string): ReadonlySet<number> {
  const indexes = new Set<number>();
  for (const [, from, to = from] of text.slice(0, MAX_LENGTH).matchAll(RUN)) {
    const last = Math.min(Number(to), MAX_PARALLELISM - 1);
    for (let index = Number(from); index <= last; index++) indexes.add(index);
  }
  return indexes;
}
