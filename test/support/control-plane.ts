import type { Context } from 'mocha';
import {
  type ControlPlane,
  type ControlPlaneOptions,
  cliProgress,
  describeMissingForControlPlane,
  startControlPlane,
} from '../cluster/index.ts';
import { recordStatuses, type StatusRecorder } from './health/status-recorder.ts';
import { makeNamespace } from './namespace.ts';
import { skipUnlessPossible } from './skip.ts';

/** The integration tier's one control plane, from its first spec to its global teardown. */
let running: ControlPlane | undefined;
let recorder: StatusRecorder | undefined;
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

/** Mocha's root hook of specs that start control planes of their own: skips by name where there can be none. */
export async function needControlPlane(this: Context): Promise<void> {
  skipUnlessPossible(this, await describeMissingForControlPlane());
}

/** Mocha's root hook of specs that share one: starts it, if any of them is to run. */
export async function startSharedControlPlane(this: Context, options: ControlPlaneOptions = {}): Promise<void> {
  await needControlPlane.call(this);
  this.timeout(0); // Kubernetes may have to be built first.
  running = await startControlPlane({ ...options, progress: cliProgress() });
  recorder = recordStatuses(running);
}

/** Mocha's global teardown of the tier: fails when a tool would misread a status that some test has brought about. */
export async function stopSharedControlPlane(): Promise<void> {
  try {
    await recorder?.judge();
  } finally {
    await running?.stop();
    running = undefined;
  }
}
