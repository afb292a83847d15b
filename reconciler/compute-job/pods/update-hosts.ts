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
import { type ApplyConfiguration, controllerOf, type KubeObject, keyOf } from '../../kube/object.ts';
import type { ResourceType } from '../../kube/resource-type.ts';
import { applyChildren } from '../../runtime/apply-children.ts';
import { forEachConcurrently } from '../../runtime/for-each-concurrently.ts';
import { type ComputeJobObject, ownerOf } from '../resource/compute-job-object.ts';
import { isActive } from '../resource/job-status.ts';
import type { PodsContext } from './context.ts';
import type { GangPod } from './gang-pod.ts';

/** Host names of a gang to publish, and pods whose hosts files to update. */
export interface HostsUpdate {
  /** Pods whose names must resolve; empty: no name does; undefined: unchanged. */
  readonly publish?: readonly GangPod[];
  readonly annotate: readonly HostsAnnotation[];
  readonly requeueAfterMs?: number;
}

/** A pod whose hosts files are updated to the present size of the gang. */
export interface HostsAnnotation {
  readonly pod: GangPod;
  /** Names and addresses that it looks up before its command starts; undefined: it doesn't wait for them. */
  readonly addresses?: string;
}

/** Each of these patches lists all hosts of the gang: 100 kB for a large one. */
const MAX_CONCURRENT_PATCHES = 32;

/**
 * Publishes the host names of a gang, then updates its pods, then deletes the Services and EndpointSlices of earlier attempts.
 *
 * @param job with the status that the update was decided for
 * @throws KubeError
 */
export async function updateHosts(
  job: ComputeJobObject,
  { publish, annotate }: HostsUpdate,
  context: PodsContext,
): Promise<void> {
  const { serviceName } = job.status ?? {};
  if (publish?.length === 0) await removeChildren(job, ENDPOINT_SLICES, context.endpointSlices, context);
  else if (publish && serviceName) await publishHosts(job, serviceName, publish, context);
  await forEachConcurrently(annotate, MAX_CONCURRENT_PATCHES, (each) => annotatePod(job, each, context));
  if (!serviceName || !isActive(job.status ?? {})) return;
  const isOutdated = (name: string) => name !== serviceName && !name.startsWith(`${serviceName}-`);
  await removeChildren(job, ENDPOINT_SLICES, context.endpointSlices, context, isOutdated);
  await removeChildren(job, SERVICES, context.services, context, isOutdated);
}

async function publishHosts(
  job: ComputeJobObject,
  service: string,
  publish: NonNullable<HostsUpdate['publish']>,
  { children }: PodsContext,
): Promise<void> {
  const endpoints = publish.map(({ name, ...pod }) => ({ ...pod, pod: name }));
  const slices = renderGangEndpoints(job, service, endpoints) as ApplyConfiguration[];
  for (const result of await applyChildren(slices, ownerOf(job), children, false)) {
    if (result.type === 'Rejected') throw result.error;
  }
}

/** Deletes children of a job by uid: those whose names pass the filter. */
async function removeChildren(
  { metadata: { namespace, name: job, uid: owner } }: ComputeJobObject,
  type: ResourceType,
  cache: Cache<KubeObject>,
  { client }: PodsContext,
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

async function annotatePod(
  { metadata: { name: job, namespace }, status = {}, spec }: ComputeJobObject,
  { pod: { name, uid, slots }, addresses }: HostsAnnotation,
  { client, pods }: PodsContext,
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
