import { renderGang } from '../../constructs/compute-job.ts';
import { hostsFile } from '../../constructs/gang-names.ts';
import { ANNOTATION_HOSTS, FIELD_MANAGER } from '../../constructs/names.ts';
import { PODS } from '../cluster/types.ts';
import { ApiStatusError, hasGone, isRefusal } from '../kube/errors.ts';
import { controllerOf, type KubeObject, keyOf, type Rendered } from '../kube/object.ts';
import { applyChildren } from '../runtime/apply-children.ts';
import type { ComputeJobObject } from './compute-job-object.ts';
import type { ComputeJobContext } from './context.ts';
import type { Removal } from './job-plan.ts';

/** What the API server said when it refused one of a gang's objects. */
export interface Refusal {
  readonly message: string;
  readonly error?: ApiStatusError;
}

/**
 * Creates the Service, if it isn't there, and these pods of the attempt in the job's status.
 *
 * @returns the first refusal; undefined when all of them are there
 * @throws KubeError when a request failed on its way; some of the pods may be there
 */
export async function createPods(
  job: ComputeJobObject,
  indexes: readonly number[],
  context: ComputeJobContext,
): Promise<Refusal | undefined> {
  const { attempt = 0, nodes = [] } = job.status ?? {};
  const [service, ...pods] = renderGang(job, context.render, { attempt, nodes, indexes }) as [Rendered, ...Rendered[]];
  const { apiVersion, kind, metadata } = job;
  const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid };
  const [made] = await applyChildren([service], owner, context.children, false);
  if (made?.type === 'Refused')
    return { message: `Service ${service.metadata.name}: ${made.error.message}`, error: made.error };
  if (made?.type === 'NameConflict') return { message: taken(service) };

  const results = await Promise.allSettled(pods.map((pod) => createPod(pod, owner.uid, context)));
  const refusals = results.flatMap((result) => (result.status === 'fulfilled' && result.value ? [result.value] : []));
  if (refusals.length > 0) return refusals[0];
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return undefined;
}

async function createPod(pod: Rendered, owner: string, context: ComputeJobContext): Promise<Refusal | undefined> {
  const { client, pods } = context;
  try {
    await pods.write(keyOf(pod), () => client.create<KubeObject>(PODS, pod, FIELD_MANAGER));
    return undefined;
  } catch (error) {
    if (error instanceof ApiStatusError && error.reason === 'AlreadyExists') {
      const there = await client.get<KubeObject>(PODS, pod.metadata);
      if (controllerOf(there)?.uid !== owner) return { message: taken(pod) };
      pods.overlay(there);
      return undefined;
    }
    if (isRefusal(error)) return { message: `pod ${pod.metadata.name}: ${error.message}`, error };
    throw error;
  }
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

/** Brings the hosts files of these pods up to date with the number of nodes in the job's status. */
export async function rehostPods(
  { metadata: { name: job, namespace }, status }: ComputeJobObject,
  rehost: readonly { readonly name: string; readonly uid: string }[],
  { client, pods }: ComputeJobContext,
): Promise<void> {
  const hosts = hostsFile(job, status?.nodes?.length ?? 0);
  await Promise.all(
    rehost.map(async ({ name, uid }) => {
      const patch = { metadata: { uid, annotations: { [ANNOTATION_HOSTS]: hosts } } };
      try {
        await pods.write(`${namespace}/${name}`, () =>
          client.mergePatch(PODS, { name, namespace }, patch, FIELD_MANAGER),
        );
      } catch (error) {
        if (!hasGone(error)) throw error;
      }
    }),
  );
}
