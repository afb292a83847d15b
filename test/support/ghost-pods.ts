import { GROUP_VERSION } from '../../constructs/names.ts';
import { CONTAINER_SECURITY, POD_SECURITY } from '../../constructs/restricted-pod.ts';
import type { ApplyConfiguration } from '../../reconciler/kube/object.ts';
import type { AnyObject } from './world.ts';

/**
 * Pods that a tenant makes by hand to look like those of its own job: owned by it, pinned to a node each, and with requests
 * that no scheduler will ever satisfy; a finalizer keeps them.
 */
export function ghostPods(job: AnyObject, nodes: readonly string[]): ApplyConfiguration[] {
  const { name, namespace = '', uid } = job.metadata;
  return nodes.map((node, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-gang-1-${index}`,
      namespace,
      finalizers: ['x.dev/stay'],
      ownerReferences: [{ apiVersion: GROUP_VERSION, kind: 'ComputeJob', name, uid: uid!, controller: true }],
      labels: { 'rollcall.dev/attempt': '1', 'rollcall.dev/index': String(index) },
    },
    spec: {
      securityContext: POD_SECURITY,
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
          },
        },
      },
      containers: [
        { name: 'job', image: 'x', securityContext: CONTAINER_SECURITY, resources: { requests: { cpu: '1000' } } },
      ],
    },
  }));
}
