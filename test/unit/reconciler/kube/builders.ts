import type { KubeObject, ObjectMeta } from '../../../../reconciler/kube/object.ts';

/** A ConfigMap as the API server would send it. */
export function object(name: string, metadata: Partial<ObjectMeta> = {}, rest: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'ns', uid: `uid-${name}`, ...metadata, name },
    ...rest,
  };
}
