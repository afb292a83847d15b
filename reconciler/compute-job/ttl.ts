/**
 * Milliseconds until a finished job is to be deleted, 0 or less: now; undefined: never.
 *
 * @param endTime RFC 3339 text, as in the status
 */
export function ttlLeftMs(
  endTime: string | undefined,
  ttlSecondsAfterFinished: number | undefined,
  now: number,
): number | undefined {
  if (endTime === undefined || ttlSecondsAfterFinished === undefined) return undefined;
  return Date.parse(endTime) + ttlSecondsAfterFinished * 1000 - now;
}
