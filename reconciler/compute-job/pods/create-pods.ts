import { renderGang } from '../../../constructs/compute-job.ts';
import { FIELD_MANAGER, GANG_GATE } from '../../../constructs/names.ts';
import { PODS } from '../../kube/core-types.ts';
import { ApiStatusError, hasGone, isInvalid, isRefusal, KubeError } from '../../kube/errors.ts';
import { controllerOf, type KubeObject, keyOf, type Rendered } from '../../kube/object.ts';
import type { Amounts } from '../../node-resources/amounts.ts';
import { type PodWithRequests, podRequests } from '../../node-resources/pod-requests.ts';
import { applyChildren } from '../../runtime/apply-children.ts';
import { forAll } from '../../runtime/for-all.ts';
import type { ComputeJobContext } from '../context.ts';
import type { Removal } from '../plan/decision.ts';
import type { GangPod } from '../plan/input.ts';
import { type ComputeJobObject, ownerOf } from '../resource/compute-job-object.ts';

/** What keeps one of a gang's objects from being made. */
export interface Obstacle {
  /** `Invalid`: there can be no such pod; `Refused`: the API server said no; `Passing`: it failed, and may not the next time. */
  readonly type: 'Invalid' | 'Refused' | 'Passing';
  readonly message: string;
  readonly error?: KubeError;
}

/** Creates of one gang in flight at most: others want to be served too. */
const CREATES_AT_ONCE = 16;

/**
 * Creates the Service, if it isn't there, and these pods of the attempt in the job's status; none any more after the first
 * that is refused.
 *
 * @param gated whether they are kept from the scheduler until {@link ungatePods}
 * @returns the gravest obstacle; undefined when all of them are there
 * @throws KubeError when the Service could not be asked for
 */
export async function createPods(
  job: ComputeJobObject,
  indexes: readonly number[],
  gated: boolean,
  context: ComputeJobContext,
): Promise<Obstacle | undefined> {
  if (indexes.length === 0) return undefined;
  const { attempt = 0, nodes = [], serviceName } = job.status ?? {};
  const render = (these: readonly number[]) => {
    const placement = { attempt, nodes, indexes: these, service: serviceName, gated };
    return renderGang(job, context.render, placement) as [Rendered, ...Rendered[]];
  };
  const [service] = render([]);
  const owner = ownerOf(job);
  const [made] = await applyChildren([service], owner, context.children, false);
  if (made?.type === 'Refused') {
    return { type: 'Refused', message: `Service ${service.metadata.name}: ${made.error.message}`, error: made.error };
  }
  if (made?.type === 'NameConflict') return { type: 'Refused', message: taken(service) };

  const obstacles: Obstacle[] = [];
  const rest = indexes.values();
  const createSome = async () => {
    for (const index of rest) {
      // Of a large gang each pod has 200 kB, most of it the names of all others: few of them are held at once.
      const [, pod] = render([index]);
      const obstacle = await createPod(pod!, owner.uid, context);
      if (obstacle) obstacles.push(obstacle);
      if (obstacles.some(({ type }) => type !== 'Passing')) return;
    }
  };
  await Promise.all(Array.from({ length: CREATES_AT_ONCE }, createSome));
  const first = (type: Obstacle['type']) => obstacles.find((obstacle) => obstacle.type === type);
  return first('Invalid') ?? first('Refused') ?? first('Passing');
}

/**
 * What a pod of the job would request once admission has seen it. Nothing is created.
 *
 * @throws KubeError when it would not be admitted
 */
export async function admittedRequests(
  job: ComputeJobObject,
  attempt: number,
  { client, render }: ComputeJobContext,
): Promise<Amounts> {
  // Which node it is for, and how many others there are, changes nothing of what it requests.
  const placement = { attempt, nodes: ['any'], indexes: [0] };
  const [, pod] = renderGang(job, render, placement) as [Rendered, Rendered];
  return podRequests(await client.dryRunCreate<KubeObject & PodWithRequests>(PODS, pod, FIELD_MANAGER));
}

async function createPod(pod: Rendered, owner: string, context: ComputeJobContext): Promise<Obstacle | undefined> {
  const { client, pods } = context;
  try {
    await pods.write(keyOf(pod), () => client.create<KubeObject>(PODS, pod, FIELD_MANAGER));
    return undefined;
  } catch (error) {
    if (error instanceof ApiStatusError && error.reason === 'AlreadyExists') {
      const there = await client.get<KubeObject>(PODS, pod.metadata);
      if (controllerOf(there)?.uid !== owner) return { type: 'Refused', message: taken(pod) };
      pods.overlay(there);
      return undefined;
    }
    if (!(error instanceof KubeError)) throw error;
    const type = isInvalid(error) ? 'Invalid' : isRefusal(error) ? 'Refused' : 'Passing';
    return { type, message: `pod ${pod.metadata.name}: ${error.message}`, error };
  }
}

/**
 * Lets the scheduler see pods of a gang that is all there.
 *
 * @returns what kept one of them from it; undefined when it sees all of them
 */
export async function ungatePods(
  { metadata: { namespace } }: ComputeJobObject,
  gated: readonly GangPod[],
  { client, pods }: ComputeJobContext,
): Promise<Obstacle | undefined> {
  let obstacle: Obstacle | undefined;
  await forAll(gated, CREATES_AT_ONCE, async ({ name, uid }) => {
    const target = { name, namespace };
    // Gates of others stay.
    const patch = { metadata: { uid }, spec: { schedulingGates: [{ $patch: 'delete', name: GANG_GATE }] } };
    try {
      await pods.write(keyOf({ metadata: target }), () => client.strategicPatch(PODS, target, patch, FIELD_MANAGER));
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      if (!hasGone(error)) obstacle ??= { type: 'Passing', message: `pod ${name}: ${error.message}`, error };
    }
  });
  return obstacle;
}

function taken({ kind, metadata }: Rendered): string {
  return `${kind} ${metadata.name} exists and belongs to somebody else: delete or rename it, or rename this ComputeJob`;
}

/** Deletes pods: these very ones, not successors of their names. */
export async function removePods(
  { metadata: { namespace } }: ComputeJobObject,
  removals: readonly Removal[],
  { client }: ComputeJobContext,
): Promise<void> {
  await Promise.all(
    removals.map(async ({ pod: { name, uid }, graceSeconds }) => {
      try {
        await client.delete(PODS, { name, namespace, uid }, graceSeconds);
      } catch (error) {
        if (!hasGone(error)) throw error;
      }
    }),
  );
}
