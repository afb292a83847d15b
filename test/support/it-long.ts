/** Whether the long run is on: `npm run test:full`, or TEST_FULL=1 for a single spec. */
export const IS_FULL = process.env.TEST_FULL !== undefined;

/** A case for the long run only, beside quick ones of the same suite: most of its time it waits, or it repeats. */
export function itLong(title: string, run: Mocha.AsyncFunc): void {
  if (IS_FULL) it(title, run);
}
