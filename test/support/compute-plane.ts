import type { Context } from 'mocha';
import { type ControlPlane, startControlPlane } from '../cluster/index.ts';
import { makeNamespace } from './namespace.ts';
import { installDist } from './operator-identity.ts';

/** How long the pods of jobs run, unless their command lets them run on. */
export const POD_RUN_MS = 700;

/** The control plane of the specs about jobs, from the first that needs it to the tier's teardown. */
let running: Promise<ControlPlane> | undefined;
let namespaces = 0;

/**
 * A control plane with a scheduler, and with kwok for a kubelet: a pod whose command is `succeed` or `fail` ends so
 * after a while. Specs share it: have nodes of your own and keep your jobs to them.
 */
export function computePlane(): Promise<ControlPlane> {
  running ??= startComputePlane();
  return running;
}

async function startComputePlane(): Promise<ControlPlane> {
  const plane = await startControlPlane({ scheduler: true, kwok: { runMs: POD_RUN_MS } });
  await installDist(plane);
  return plane;
}

export async function stopComputePlane(): Promise<void> {
  await (await running)?.stop();
  running = undefined;
}

/** A fresh namespace for this case, deleted when the suite ends. */
export async function computeNamespace(context: Context): Promise<string> {
  return makeNamespace((await computePlane()).kubectl, context, ++namespaces);
}
