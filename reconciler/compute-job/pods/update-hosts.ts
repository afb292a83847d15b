import { renderGangEndpoints } from '../../../constructs/gang-endpoints.ts';
import { gangService, hostsFile, slotsFile } from '../../../constructs/gang-names.ts';
import {
  ANNOTATION_ADDRESSES,
  ANNOTATION_HOSTFILE,
  ANNOTATION_HOSTS,
  FIELD_MANAGER,
} from '../../../constructs/names.ts';
import type { Cache } from '../../kube/cache.ts';
import { ENDPOINT_SLICES, PODS, SERVICES } from '../../kube/core-types.ts';
import { hasGone } from '../../kube/errors.ts';
import { controllerOf, type KubeObject, keyOf, type Rendered } from '../../kube/object.ts';
import type { ResourceType } from '../../kube/resource-type.ts';
import { applyChildren } from '../../runtime/apply-children.ts';
import { forAll } from '../../runtime/for-all.ts';
import type { ComputeJobContext } from '../context.ts';
import { isLive } from '../plan/input.ts';
import type { HostsPlan, Rehost } from '../plan/plan-hosts.ts';
import { type ComputeJobObject, ownerOf } from '../resource/compute-job-object.ts';

/** Each of these patches names all hosts of the gang: 100 kB of a large one. */
const REHOSTS_AT_ONCE = 32;

/**
 * Publishes the names of a gang, then tells its pods, then removes what gave names to earlier attempts.
 *
 * @param job with the status that the plan was made for
 * @throws KubeError
 */
export async function updateHosts(
  job: ComputeJobObject,
  { publish, rehost }: HostsPlan,
  context: ComputeJobContext,
): Promise<void> {
  const { serviceName } = job.status ?? {};
  if (publish?.length === 0) await removeChildren(job, ENDPOINT_SLICES, context.endpointSlices, context);
  else if (publish && serviceName) await publishHosts(job, serviceName, publish, context);
  await forAll(rehost, REHOSTS_AT_ONCE, (each) => rehostPod(job, each, context));
  if (!serviceName || !isLive(job.status ?? {})) return;
  const isFormer = (name: string) => name !== serviceName && !name.startsWith(`${serviceName}-`);
  await removeChildren(job, ENDPOINT_SLICES, context.endpointSlices, context, isFormer);
  await removeChildren(job, SERVICES, context.services, context, isFormer);
}

async function publishHosts(
  job: ComputeJobObject,
  service: string,
  publish: NonNullable<HostsPlan['publish']>,
  { children }: ComputeJobContext,
): Promise<void> {
  const endpoints = publish.map(({ name, ...pod }) => ({ ...pod, pod: name }));
  const slices = renderGangEndpoints(job, service, endpoints) as Rendered[];
  for (const result of await applyChildren(slices, ownerOf(job), children, false)) {
    if (result.type === 'Refused') throw result.error;
  }
}

/** Deletes these very ones of a job's children, all that the filter names. */
async function removeChildren(
  { metadata: { namespace, name: job, uid: owner } }: ComputeJobObject,
  type: ResourceType,
  cache: Cache<KubeObject>,
  { client }: ComputeJobContext,
  filter: (name: string) => boolean = () => true,
): Promise<void> {
  const children = cache
    .indexedBy(`${namespace}/${job}`)
    .filter((child) => controllerOf(child)?.uid === owner && child.metadata.deletionTimestamp === undefined)
    .filter(({ metadata: { name } }) => filter(name));
  for (const child of children) {
    const { name, uid = '' } = child.metadata;
    await cache.delete(child, async () => {
      try {
        await client.delete(type, { name, namespace, uid });
      } catch (error) {
        if (!hasGone(error)) throw error;
      }
    });
  }
}

async function rehostPod(
  { metadata: { name: job, namespace }, status = {}, spec }: ComputeJobObject,
  { pod: { name, uid, slots }, addresses }: Rehost,
  { client, pods }: ComputeJobContext,
): Promise<void> {
  const { nodes = [], serviceName = gangService(job) } = status;
  const annotations = {
    [ANNOTATION_HOSTS]: hostsFile(job, nodes.length, serviceName),
    ...(slots !== undefined && { [ANNOTATION_HOSTFILE]: slotsFile(job, nodes.length, spec.slotsPerNode ?? 1) }),
    ...(addresses !== undefined && { [ANNOTATION_ADDRESSES]: addresses }),
  };
  const patch = { metadata: { uid, annotations } };
  try {
    await pods.write(keyOf({ metadata: { name, namespace } }), () =>
      client.mergePatch(PODS, { name, namespace }, patch, FIELD_MANAGER),
    );
  } catch (error) {
    if (!hasGone(error)) throw error;
  }
}
