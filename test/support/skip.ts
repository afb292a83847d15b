import type { Context } from 'mocha';

/**
 * Skips what this machine can't run and says why, sentence by sentence; in CI, which promises to run everything, it fails.
 *
 * @param missing from `describeMissing` or its like; empty: nothing happens
 */
export function skipUnlessPossible(context: Context, missing: readonly string[]): void {
  if (missing.length === 0) return;
  if (isCI()) throw new Error(`CI runs every test, and this machine can't: ${missing.join(' ')}`);
  console.log(`Skipped. ${missing.join(' ')}`);
  context.skip();
}

function isCI(): boolean {
  return Boolean(process.env.CI) && process.env.CI !== 'false';
}
