import { appliedFields, type FieldsPool } from './managed-fields.ts';
import { controllerOf, type KubeObject, type ObjectMeta } from './object.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object without what nobody reads: who manages which field (often half of it), and kubectl's copy of it. */
export function prune(object: KubeObject): KubeObject {
  return { ...object, metadata: pruneMetadata(object.metadata) };
}

/** The object without its status as well, for kinds whose status we never look at. */
export function pruneStatus(object: KubeObject): KubeObject {
  const { status: _, ...rest } = prune(object) as KubeObject & { status?: unknown };
  return rest;
}

/**
 * Transforms objects that we apply: of managedFields our entry stays, by which drift is seen, in memory that is shared with
 * other objects.
 */
export function keepApplied(
  transform: (object: KubeObject) => KubeObject,
  manager: string,
  pool: FieldsPool,
): (object: KubeObject) => KubeObject {
  return (object) => {
    const transformed = transform(object);
    const fields = appliedFields(object, manager);
    if (fields === undefined) return transformed;
    const { apiVersion } = object;
    const managedFields = [{ manager, operation: 'Apply', apiVersion, fieldsV1: pool.share(fields) }];
    return { ...transformed, metadata: { ...transformed.metadata, managedFields } };
  };
}

export function pruneMetadata({ managedFields: _, annotations, ...metadata }: ObjectMeta): ObjectMeta {
  if (annotations === undefined) return metadata;
  const { [LAST_APPLIED]: __, ...kept } = annotations;
  return { ...metadata, annotations: kept };
}

/** Of an object what says which it is, whose, and since when. */
export function bare({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { generation, creationTimestamp, deletionTimestamp } = metadata;
  const controller = controllerOf({ metadata });
  return {
    apiVersion,
    kind,
    metadata: {
      ...identity(metadata),
      ...(generation !== undefined && { generation }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
      ...(controller && { ownerReferences: [controller] }),
    },
  };
}

/** Of an object's metadata what says which object it is, and of which version. */
export function identity({ name, namespace, uid, resourceVersion }: ObjectMeta): ObjectMeta {
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
  };
}
