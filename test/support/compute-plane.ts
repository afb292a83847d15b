import type { Context } from 'mocha';
import { type ControlPlane, startControlPlane } from '../cluster/index.ts';
import { recordStatuses, type StatusRecorder } from './health/status-recorder.ts';
import { makeNamespace } from './namespace.ts';
import { installDist } from './operator-identity.ts';
import { type OperatorProcess, startOperator } from './operator-process.ts';

/** How long the pods of jobs run, unless their command lets them run on. */
export const POD_RUN_MS = 700;

/** The control plane of the specs about jobs, from the first that needs it to the tier's teardown. */
let running: Promise<ControlPlane> | undefined;
let recorder: StatusRecorder | undefined;
/** The operator that suites share, until one wants it stopped. */
let operator: Promise<OperatorProcess> | undefined;
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
  recorder = recordStatuses(plane);
  return plane;
}

/** The operator of the plane, with a shorter patience with nodes than it comes with; started when there is none. */
export async function computeOperator(): Promise<OperatorProcess> {
  const controlPlane = await computePlane();
  operator ??= startOperator({ controlPlane, args: ['--node-not-ready', '1s'] });
  return operator;
}

/** For suites that run operators of their own: two would get into each other's way. */
export async function stopComputeOperator(): Promise<void> {
  const stopping = operator;
  operator = undefined;
  await (await stopping)?.stop();
}

export async function stopComputePlane(): Promise<void> {
  try {
    // It throws if the operator never became ready: the control plane is stopped all the same, or the run would never end.
    await stopComputeOperator();
    await recorder?.judge();
  } finally {
    await (await running)?.stop();
    running = undefined;
  }
}

/** A fresh namespace for this case, deleted when the suite ends. */
export async function computeNamespace(context: Context): Promise<string> {
  return makeNamespace((await computePlane()).kubectl, context, ++namespaces);
}
