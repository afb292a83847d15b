import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { type ComputeJob, completeComputeJob } from './crds/compute-job.ts';
import { gangPod, gangService, hostsFile, slotsFile } from './gang-names.ts';
import { gangPodSpec } from './gang-pod.ts';
import { waitsForHosts } from './gang-wait.ts';
import { jobLabels, jobSelector } from './labels.ts';
import {
  ANNOTATION_ADDRESSES,
  ANNOTATION_HOSTFILE,
  ANNOTATION_HOSTS,
  GANG_GATE,
  LABEL_ATTEMPT,
  LABEL_INDEX,
} from './names.ts';
import { ownerReferences } from './owner-references.ts';
import type { RenderedObject } from './peer-group.ts';

/** One gang of a job: which attempt it is and where it runs. */
export interface GangPlacement {
  readonly attempt: number;
  /** Names of Nodes, in the order of the indexes. */
  readonly nodes: readonly string[];
  /** Indexes to render; all when not given. */
  readonly indexes?: readonly number[];
  /**
   * Name of a Service whose EndpointSlices are written separately, as the operator does.
   *
   * @default one with a selector, for which the cluster does it
   */
  readonly service?: string | undefined;
  /**
   * Whether the pods get a scheduling gate, which is removed later, as the operator does.
   *
   * @default false
   */
  readonly gated?: boolean | undefined;
}

/** What rendering needs to know about the installation. */
export interface JobRenderContext {
  /** Image of jobs that don't set one. */
  readonly image: string;
  /** Image that waits for names; one with a shell and nslookup. @default image */
  readonly waitImage?: string;
  /** @default cluster.local */
  readonly clusterDomain?: string;
}

export interface ComputeJobGangProps {
  /** With `metadata.uid` the children are owned by it, as the operator needs it; without, they have no owner. */
  readonly resource: ComputeJob;
  readonly context: JobRenderContext;
  readonly placement: GangPlacement;
}

/**
 * One gang of a ComputeJob: the headless Service that gives its pods stable names, and a pod for each node. The operator
 * renders it at run time; in your own app it is a gang on nodes that you choose.
 *
 * @throws InvalidComputeJobError when the API server would have rejected the spec
 */
export class ComputeJobGang extends Construct {
  constructor(scope: Construct, id: string, { resource, context, placement }: ComputeJobGangProps) {
    super(scope, id);
    const { name: job, namespace } = resource.metadata;
    const spec = completeComputeJob(resource);
    const metadata = { namespace, ownerReferences: ownerReferences('ComputeJob', resource) };
    const { attempt, nodes, service = gangService(job) } = placement;
    const published = placement.service !== undefined;
    new k8s.KubeService(this, 'service', {
      metadata: { ...metadata, name: service, labels: jobLabels(job) },
      spec: {
        clusterIp: 'None',
        // Names resolve as soon as a pod has an address: a gang has no readiness.
        ...(!published && { publishNotReadyAddresses: true, selector: jobSelector(job) }),
      },
    });
    const size = nodes.length;
    const { image, waitImage = image, clusterDomain = 'cluster.local' } = context;
    const waits = published && waitsForHosts(spec);
    for (const index of placement.indexes ?? nodes.keys()) {
      new k8s.KubePod(this, `pod-${index}`, {
        metadata: {
          ...metadata,
          name: gangPod(job, attempt, index),
          labels: { ...jobLabels(job), [LABEL_ATTEMPT]: String(attempt), [LABEL_INDEX]: String(index) },
          annotations: {
            [ANNOTATION_HOSTS]: hostsFile(job, size, service),
            [ANNOTATION_HOSTFILE]: slotsFile(job, size, spec.slotsPerNode),
            ...(waits && { [ANNOTATION_ADDRESSES]: '' }),
          },
        },
        spec: gangPodSpec({
          job,
          namespace,
          service,
          clusterDomain,
          spec,
          image,
          index,
          size,
          node: nodes[index]!,
          ...(waits && { waitImage }),
          ...(placement.gated && { gate: GANG_GATE }),
        }),
      });
    }
  }
}

/**
 * A gang as plain objects: the Service, then the pods.
 *
 * Pure: the same bytes for the same input, no clock, no I/O.
 *
 * @throws InvalidComputeJobError as {@link ComputeJobGang} does
 */
export function renderGang(
  resource: ComputeJob,
  context: JobRenderContext,
  placement: GangPlacement,
): [RenderedObject, ...RenderedObject[]] {
  const chart = new Chart(new App(), 'compute-job');
  new ComputeJobGang(chart, resource.metadata.name, { resource, context, placement });
  return chart.toJson() as [RenderedObject, ...RenderedObject[]];
}
