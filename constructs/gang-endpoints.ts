import { k8s } from 'cdk8s-plus-28';
import type { ComputeJob } from './crds/compute-job.ts';
import { gangHostname } from './gang-names.ts';
import { jobLabels } from './labels.ts';
import { OPERATOR_DOMAIN } from './names.ts';
import { ownerReferences } from './owner-references.ts';
import type { RenderedObject } from './peer-group.ts';

/** One pod of a gang, whose host name must resolve. */
export interface GangEndpoint {
  readonly index: number;
  readonly pod: string;
  readonly uid: string;
  readonly node: string;
  /** One of each address family that it has. */
  readonly addresses: readonly string[];
}

const FAMILIES = ['IPv4', 'IPv6'] as const;

/**
 * EndpointSlices that give the pods of a gang their names behind its Service, which has no selector: one for each address family
 * (kubernetes.io/docs/concepts/services-networking/endpoint-slices). An endpoint is ready whatever its pod is doing, because
 * cluster DNS omits the others, and a gang has no readiness.
 *
 * Pure.
 */
export function renderGangEndpoints(
  job: ComputeJob,
  service: string,
  endpoints: readonly GangEndpoint[],
): RenderedObject[] {
  const { name, namespace } = job.metadata;
  return FAMILIES.flatMap((addressType) => {
    const ofFamily = endpoints.flatMap(({ addresses, ...rest }) => {
      const address = addresses.find((text) => familyOf(text) === addressType);
      return address === undefined ? [] : [{ ...rest, address }];
    });
    if (ofFamily.length === 0) return [];
    const slice = k8s.KubeEndpointSlice.manifest({
      metadata: {
        name: `${service}-${addressType.toLowerCase()}`,
        namespace,
        labels: {
          ...jobLabels(name),
          'kubernetes.io/service-name': service,
          'endpointslice.kubernetes.io/managed-by': OPERATOR_DOMAIN,
        },
        ownerReferences: ownerReferences('ComputeJob', job),
      },
      addressType,
      endpoints: ofFamily.map(({ index, pod, uid, node, address }) => ({
        addresses: [address],
        conditions: { ready: true },
        hostname: gangHostname(name, index),
        nodeName: node,
        targetRef: { kind: 'Pod', name: pod, namespace, uid },
      })),
    });
    return [slice as RenderedObject];
  });
}

function familyOf(address: string): (typeof FAMILIES)[number] {
  return address.includes(':') ? 'IPv6' : 'IPv4';
}
