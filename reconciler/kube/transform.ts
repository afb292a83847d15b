import { appliedFields, type FieldsPool, hasReplacer, REPLACER } from './managed-fields.ts';
import { controllerOf, type KubeObject, type ObjectMeta } from './object.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object without managedFields, often half of it, and without kubectl's last-applied configuration. */
export function stripManagedFields(object: KubeObject): KubeObject {
  return { ...object, metadata: stripMetadata(object.metadata) };
}

/** The object without its status as well, for kinds whose status is not used. */
export function stripStatus(object: KubeObject): KubeObject {
  const { status: _, ...rest } = stripManagedFields(object) as KubeObject & { status?: unknown };
  return rest;
}

/**
 * For objects that we apply: keeps our own entry of managedFields, which shows drift, in memory that is shared between
 * objects; and that there is an entry of {@link REPLACER}, without its fields.
 */
export function keepAppliedFields(
  transform: (object: KubeObject) => KubeObject,
  manager: string,
  pool: FieldsPool,
): (object: KubeObject) => KubeObject {
  return (object) => {
    const transformed = transform(object);
    const fields = appliedFields(object, manager);
    const { apiVersion } = object;
    const managedFields = [
      ...(fields ? [{ manager, operation: 'Apply', apiVersion, fieldsV1: pool.share(fields) }] : []),
      ...(hasReplacer(object) ? [{ manager: REPLACER, operation: 'Update', apiVersion }] : []),
    ];
    if (managedFields.length === 0) return transformed;
    return { ...transformed, metadata: { ...transformed.metadata, managedFields } };
  };
}

export function stripMetadata({ managedFields: _, annotations, ...metadata }: ObjectMeta): ObjectMeta {
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
