/**
 * Compares two resource versions of one kind: negative when `a` is older, 0 when equal, positive when newer.
 *
 * They are decimal numbers of any length that only grow (KEP-5504, Comparable Resource Version).
 */
export function compareResourceVersions(a: string, b: string): number {
  return a.length !== b.length ? a.length - b.length : a < b ? -1 : a > b ? 1 : 0;
}
