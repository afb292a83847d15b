/** The priorities that jobs of a namespace may have, inclusive. */
export interface PriorityRange {
  readonly min: number;
  readonly max: number;
}

/** Priorities affect the jobs of all namespaces, so administrators limit them. */
export interface JobPriorities {
  readonly everywhere: PriorityRange;
  /** By namespace; instead of the above. */
  readonly namespaces: ReadonlyMap<string, PriorityRange>;
}

const RANGE = /^(?:([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)=)?(-?\d{1,10})\.\.(-?\d{1,10})$/;
const MAX_INT32 = 2 ** 31 - 1;
const ALL: PriorityRange = { min: -MAX_INT32 - 1, max: MAX_INT32 };

/**
 * Parses ranges such as `-100..0,ops=-1000..1000`: one for all namespaces, and others for single ones.
 *
 * @returns undefined for invalid text: a range that is empty or exceeds 32 bits, two ranges for one namespace
 */
export function tryParseJobPriorities(text: string): JobPriorities | undefined {
  let everywhere: PriorityRange | undefined;
  const namespaces = new Map<string, PriorityRange>();
  for (const part of text.split(',')) {
    const [, namespace, , from, to] = RANGE.exec(part.trim()) ?? [];
    const range = { min: Number(from), max: Number(to) };
    if (from === undefined || range.min > range.max || range.min < ALL.min || range.max > ALL.max) return undefined;
    if (namespace === undefined ? everywhere !== undefined : namespaces.has(namespace)) return undefined;
    if (namespace === undefined) everywhere = range;
    else namespaces.set(namespace, range);
  }
  return { everywhere: everywhere ?? ALL, namespaces };
}

/** The priority that decides a job's place in the queue. */
export function effectivePriority(priorities: JobPriorities, namespace: string, priority: number): number {
  const { min, max } = priorities.namespaces.get(namespace) ?? priorities.everywhere;
  return Math.min(max, Math.max(min, priority));
}
