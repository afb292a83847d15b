import type { ApplyConfiguration, KubeObject } from '../../kube/object.ts';

/** The part of a StatefulSet or DaemonSet from which its controller creates pods. */
export interface Workload extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly serviceName?: string;
    readonly template?: {
      readonly metadata?: {
        readonly labels?: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
      };
      readonly spec?: Readonly<Record<string, unknown>>;
    };
  };
  readonly status?: { readonly desiredNumberScheduled?: number; readonly currentNumberScheduled?: number };
}

/**
 * The first pod that the workload's controller should have created and has not, as it would create it; undefined if none is
 * missing.
 *
 * @param present names of the workload's pods, including terminating ones
 */
export function missingPod(workload: Workload, present: ReadonlySet<string>): ApplyConfiguration | undefined {
  const { name, namespace } = workload.metadata;
  // Only a part of it is cached: how its pods look isn't known.
  if (workload.spec.template === undefined) return undefined;
  if (workload.kind === 'DaemonSet') {
    const { desiredNumberScheduled = 0, currentNumberScheduled = 0 } = workload.status ?? {};
    return currentNumberScheduled < desiredNumberScheduled ? podOf(workload, `${name}-new`) : undefined;
  }
  for (let index = 0; index < (workload.spec.replicas ?? 0); index++) {
    const pod = `${name}-${index}`;
    if (!present.has(pod)) return podOf(workload, pod, { hostname: pod, subdomain: workload.spec.serviceName });
  }
  return undefined;

  function podOf(
    { spec, apiVersion, kind, metadata }: Workload,
    pod: string,
    identity: object = {},
  ): ApplyConfiguration {
    const { labels, annotations } = spec.template?.metadata ?? {};
    const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true };
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: pod,
        ...(namespace !== undefined && { namespace }),
        ...(labels && { labels }),
        ...(annotations && { annotations }),
        ownerReferences: [owner],
      },
      spec: { ...spec.template?.spec, ...identity },
    };
  }
}
