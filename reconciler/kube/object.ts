/** What every Kubernetes object has; see Kubernetes API conventions, "Objects". Timestamps are RFC 3339 text. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFields[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** The part of an entry of `metadata.managedFields` that we read. */
export interface ManagedFields {
  readonly manager: string;
  readonly operation: string;
  readonly apiVersion?: string;
  readonly time?: string;
  readonly subresource?: string;
  /** Which fields (KEP-555). */
  readonly fieldsV1?: FieldSet;
}

/**
 * Keys are path elements: `f:name` of a map, `k:{…}` and `v:…` of a list that is merged, `.` for the element itself. Without
 * keys it is a leaf: a scalar, or a list or map that has one owner as a whole.
 */
export interface FieldSet {
  readonly [field: string]: FieldSet;
}

/** An object as the API server sends it. Shared by everybody who reads the cache: never changed in place. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** An object as we mean it, before the API server has filled anything in. */
export type ApplyConfiguration = KubeObject & { readonly [field: string]: unknown };

/** Name, namespace and uid of an object that a write is meant for: a successor of the same name is not touched. */
export interface ObjectKey {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
}

/** `namespace/name`, or `name` for a cluster-scoped object. */
export function keyOf(object: { readonly metadata: ObjectMeta }): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** What says which very object it is. */
export function identityOf({ metadata: { name, namespace, uid } }: { readonly metadata: ObjectMeta }) {
  return { name, ...(namespace !== undefined && { namespace }), uid };
}

/** The inverse of {@link keyOf}. */
export function splitKey(key: string): { readonly namespace?: string; readonly name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The owner that controls the object (controller: true), as `metav1.GetControllerOf` finds it. */
export function controllerOf(object: { readonly metadata: ObjectMeta }): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}
