import type { Context } from 'mocha';
import { type ControlPlane, cliProgress, describeMissingForControlPlane, startControlPlane } from '../cluster/index.ts';
import { makeNamespace } from './namespace.ts';
import { skipUnlessPossible } from './skip.ts';

/** The integration tier's one control plane, from its global set-up to its global teardown. */
let running: ControlPlane | undefined;
let missing: readonly string[] = [];
let namespaces = 0;

/** The control plane that all integration specs share: keep to your namespace, or clean up what lies outside of it. */
export function controlPlane(): ControlPlane {
  if (!running) throw new Error('No control plane: run integration specs through npm run test:integration');
  return running;
}

/** A fresh namespace for this case (called in `before`: for this suite), deleted when the suite ends. */
export function namespaceFor(context: Context): Promise<string> {
  return makeNamespace(controlPlane().kubectl, context, ++namespaces);
}

/** Mocha's global set-up of specs that start control planes of their own. */
export async function lookForMissing(): Promise<void> {
  missing = await describeMissingForControlPlane();
  if (missing.length > 0) console.log(`Skipping the tests that need a control plane. ${missing.join(' ')}`);
}

/** Mocha's global set-up of specs that share one. */
export async function startSharedControlPlane(): Promise<void> {
  await lookForMissing();
  if (missing.length === 0) running = await startControlPlane({ progress: cliProgress() });
}

/** Mocha's global teardown of the tier. */
export async function stopSharedControlPlane(): Promise<void> {
  await running?.stop();
  running = undefined;
}

/** Mocha's root hook of the tier: skips by name where there is no control plane. */
export function needControlPlane(this: Context): void {
  skipUnlessPossible(this, missing);
}
