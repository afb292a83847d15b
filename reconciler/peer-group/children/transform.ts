import {
  ANNOTATION_CONFIG_HASH,
  ANNOTATION_DEFAULT_IMAGE,
  FIELD_MANAGER,
  LABEL_INSTANCE,
  LABEL_TLS,
} from '../../../constructs/names.ts';
import { printable } from '../../../constructs/printable.ts';
import type { FieldsPool } from '../../kube/managed-fields.ts';
import { controllerOf, type KubeObject } from '../../kube/object.ts';
import type { ResourceType } from '../../kube/resource-type.ts';
import { bare, keepAppliedFields, stripManagedFields, stripStatus } from '../../kube/transform.ts';
import { containerProblem, type StartProblem, type WaitingContainer } from '../../stuck-pods/start-problem.ts';
import { type ConfigMap, type DaemonSet, PEER_GROUPS, type Pod, type StatefulSet } from '../resources.ts';

/** The scheduler's reason; the only one that isn't the kubelet's. */
export const UNSCHEDULABLE = 'Unschedulable';

/** A Pod as the API server sends it, as far as we read it. */
interface SentPod extends KubeObject {
  readonly spec?: {
    readonly nodeName?: string;
    readonly volumes?: readonly { readonly configMap?: { readonly name?: string } }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly SentCondition[];
    readonly initContainerStatuses?: readonly WaitingContainer[];
    readonly containerStatuses?: readonly SentContainerStatus[];
  };
}

interface SentContainerStatus extends WaitingContainer {
  readonly restartCount?: number;
  readonly state?: WaitingContainer['state'] & { readonly running?: { readonly startedAt?: string } };
}

interface SentCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** Pods of ours have fewer; others may create pods that look like them. */
const MAX_VOLUMES = 32;

/** The object with only those of its labels that say what it belongs to: it may have a megabyte of others. */
function bareWithLabels(object: KubeObject): KubeObject {
  const kept = bare(object);
  const labels = Object.fromEntries(
    [LABEL_INSTANCE, LABEL_TLS].flatMap((label) => {
      const value = object.metadata.labels?.[label];
      return value === undefined ? [] : [[label, value]];
    }),
  );
  return Object.keys(labels).length === 0 ? kept : { ...kept, metadata: { ...kept.metadata, labels } };
}

/** Takes a quarter of the memory of a whole Pod; there are more pods than other objects. */
export function transformPod(object: KubeObject): Pod {
  const { spec, status } = object as SentPod;
  const { metadata } = bareWithLabels(object);
  const configHash = object.metadata.annotations?.[ANNOTATION_CONFIG_HASH];
  const ready = conditionOf(status?.conditions, 'Ready');
  const problem = startProblem(status);
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      ...metadata,
      ...(configHash === undefined ? {} : { annotations: { [ANNOTATION_CONFIG_HASH]: configHash } }),
    },
    spec: {
      nodeName: spec?.nodeName,
      configMaps: (spec?.volumes ?? []).slice(0, MAX_VOLUMES).flatMap((volume) => volume.configMap?.name ?? []),
    },
    status: {
      phase: status?.phase,
      podIP: status?.podIP,
      ready: ready?.status === 'True',
      readySince: ready?.lastTransitionTime,
      hasBeenReady: ready !== undefined && hasBeenReady(ready, status?.containerStatuses ?? []),
      hasRestarted: status?.containerStatuses?.some(({ restartCount = 0 }) => restartCount > 0) ?? false,
      ...(problem && { problem }),
    },
  };
}

/** A pod that was never ready became unready before its container started; one that was ready, afterwards. */
function hasBeenReady({ status, lastTransitionTime = '' }: SentCondition, containers: readonly SentContainerStatus[]) {
  const startedAt = containers[0]?.state?.running?.startedAt;
  return status === 'True' || (startedAt !== undefined && lastTransitionTime > startedAt);
}

function startProblem(status: SentPod['status']): StartProblem | undefined {
  const scheduled = conditionOf(status?.conditions, 'PodScheduled');
  if (scheduled?.status === 'False' && scheduled.reason === UNSCHEDULABLE) {
    return { reason: UNSCHEDULABLE, message: printable(scheduled.message ?? '') };
  }
  return containerProblem([...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]);
}

function conditionOf(conditions: readonly SentCondition[] | undefined, wanted: string): SentCondition | undefined {
  return conditions?.find(({ type }) => type === wanted);
}

/**
 * What the cache keeps of a child of this type. Of objects that only have the label of a child, it keeps nothing but their owner:
 * others may create many large ones.
 */
export function transformChild(type: ResourceType, pool: FieldsPool): (object: KubeObject) => KubeObject {
  const prune = keepAppliedFields(withoutManagedFields(type), FIELD_MANAGER, pool);
  return (object) => {
    const controller = controllerOf(object);
    if (controller?.kind === PEER_GROUPS.kind) return prune(object);
    return bareWithLabels(object);
  };
}

/** Of a workload's status, all of which are small. */
const WORKLOAD_STATUS = new Set([
  'observedGeneration',
  'replicas',
  'readyReplicas',
  'updatedReplicas',
  'currentRevision',
  'updateRevision',
  'desiredNumberScheduled',
  'currentNumberScheduled',
  'numberReady',
  'updatedNumberScheduled',
]);
const MAX_IMAGE_LENGTH = 1_024;

/**
 * What is kept of a child when its namespace has no room for all of it. Of a workload that includes what decides whether its pods are
 * restarted or removed: its default image, its size, and how far it is.
 */
export function reduceChild(object: KubeObject): KubeObject {
  const kept = bare(object);
  if (object.kind !== 'StatefulSet' && object.kind !== 'DaemonSet') return kept;
  const { metadata, spec, status = {} } = object as StatefulSet & DaemonSet;
  const image = metadata.annotations?.[ANNOTATION_DEFAULT_IMAGE];
  const isSane = image !== undefined && image.length <= MAX_IMAGE_LENGTH;
  return {
    ...kept,
    metadata: { ...kept.metadata, ...(isSane && { annotations: { [ANNOTATION_DEFAULT_IMAGE]: image } }) },
    spec: spec?.replicas === undefined ? {} : { replicas: spec.replicas },
    status: Object.fromEntries(Object.entries(status).filter(([field]) => WORKLOAD_STATUS.has(field))),
  } as KubeObject;
}

function withoutManagedFields(type: ResourceType): (object: KubeObject) => KubeObject {
  switch (type.kind) {
    case 'StatefulSet':
    case 'DaemonSet':
      return stripManagedFields;
    case 'ConfigMap':
      return pruneConfigMap;
    default:
      return stripStatus;
  }
}

/** managedFields also tells when the config was last changed. */
function pruneConfigMap(object: KubeObject): ConfigMap {
  const ours = object.metadata.managedFields?.find(
    ({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply',
  );
  return { ...stripManagedFields(object), ...(ours?.time === undefined ? {} : { appliedAt: ours.time }) };
}
