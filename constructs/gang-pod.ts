import { k8s } from 'cdk8s-plus-28';
import type { CompleteComputeJobSpec } from './crds/compute-job.ts';
import { gangDomain, gangHostname, gangHosts } from './gang-names.ts';
import { waitContainer } from './gang-wait.ts';
import { ANNOTATION_ADDRESSES, ANNOTATION_HOSTFILE, ANNOTATION_HOSTS } from './names.ts';
import { restrictedPod } from './restricted-pod.ts';

const HOSTS_DIR = '/etc/rollcall';
/** Files of that folder and the annotations that they show; the kubelet follows them. */
const FILES = { hosts: ANNOTATION_HOSTS, hostfile: ANNOTATION_HOSTFILE, addresses: ANNOTATION_ADDRESSES };
/** The port at which torch expects rank 0, unless the job sets another one. */
const MASTER_PORT = '29500';

/** The container that runs the command. */
export const GANG_CONTAINER = 'job';

export interface GangPodProps {
  readonly job: string;
  readonly namespace: string;
  /** Service that makes the host names of the gang resolve. */
  readonly service: string;
  readonly clusterDomain: string;
  readonly spec: CompleteComputeJobSpec;
  /** For jobs that set none. */
  readonly image: string;
  readonly index: number;
  /** Number of pods in the gang. */
  readonly size: number;
  /** Name of the Node that it is to run on. */
  readonly node: string;
  /** Image of the init container that waits for the names of the gang; undefined: the pod doesn't wait. */
  readonly waitImage?: string;
  /** Name of the scheduling gate that it is made with. */
  readonly gate?: string;
}

/**
 * One pod of a gang. It is pinned to its node by affinity and bound by the scheduler, which together with the kubelet
 * decides finally whether the node has room.
 */
export function gangPodSpec(props: GangPodProps): k8s.PodSpec {
  const { job, namespace, service, clusterDomain, spec, image, index, node, waitImage, gate } = props;
  const resources = {
    requests: quantities(spec.resources?.requests),
    limits: quantities(spec.resources?.limits),
  };
  const hosts = { name: 'gang', mountPath: HOSTS_DIR, readOnly: true };
  return restrictedPod(
    {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds,
      hostname: gangHostname(job, index),
      subdomain: service,
      // Short names resolve: mpirun cuts them at the first dot.
      dnsConfig: { searches: [gangDomain(service, namespace, clusterDomain)] },
      serviceAccountName: spec.serviceAccountName,
      imagePullSecrets: spec.imagePullSecrets,
      tolerations: spec.tolerations,
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: only(node) } },
      ...(gate && { schedulingGates: [{ name: gate }] }),
      ...(waitImage && {
        initContainers: [
          {
            // It runs before the command with at most the same resources, so it changes neither usage, quota nor QoS class.
            ...waitContainer(waitImage, `${HOSTS_DIR}/addresses`, {
              requests: cpuAndMemory(resources.requests),
              limits: cpuAndMemory(resources.limits),
            }),
            volumeMounts: [hosts],
          },
        ],
      }),
      containers: [
        {
          name: GANG_CONTAINER,
          image: spec.image ?? image,
          command: spec.command,
          args: spec.args,
          // Ours come first, so that the job's variables can refer to them.
          env: [...gangEnv(props), ...((spec.env ?? []) as k8s.EnvVar[])],
          resources,
          volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, { name: 'shm', mountPath: '/dev/shm' }, hosts],
        },
      ],
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: shmSize(spec) } },
        {
          name: 'gang',
          downwardApi: {
            items: Object.entries(FILES).map(([path, name]) => ({ path, fieldRef: annotation(name) })),
          },
        },
      ],
    },
    spec.securityContext,
  );
}

function only(node: string): k8s.NodeSelector {
  return { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }] };
}

/** Variables that the job sets itself take precedence. */
function gangEnv({ job, service, spec, index, size }: GangPodProps): k8s.EnvVar[] {
  const own = new Set(spec.env?.map(({ name }) => name));
  const env: k8s.EnvVar[] = [
    { name: 'ROLLCALL_JOB', value: job },
    { name: 'ROLLCALL_INDEX', value: String(index) },
    { name: 'ROLLCALL_SIZE', value: String(size) },
    { name: 'ROLLCALL_NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    { name: 'ROLLCALL_HOSTS', value: gangHosts(job, size, service).join(',') },
    { name: 'ROLLCALL_HOSTS_FILE', value: `${HOSTS_DIR}/hosts` },
    { name: 'ROLLCALL_HOSTFILE', value: `${HOSTS_DIR}/hostfile` },
    // The short name is what rank 0 calls itself, by which torchrun's rendezvous recognises its own address.
    { name: 'MASTER_ADDR', value: gangHostname(job, 0) },
    { name: 'MASTER_PORT', value: MASTER_PORT },
    { name: 'RANK', value: String(index) },
    { name: 'WORLD_SIZE', value: String(size) },
    // The root file system is read-only, including the image's home directory.
    { name: 'HOME', value: '/tmp' },
  ];
  return env.filter(({ name }) => !own.has(name));
}

/** The default of container runtimes is 64 MiB, which programs that share memory between processes exceed without an error message. */
const DEFAULT_SHM_SIZE = '1Gi';

function shmSize({ shmSize, resources }: CompleteComputeJobSpec): k8s.Quantity {
  return k8s.Quantity.fromString(String(shmSize ?? resources?.limits?.memory ?? DEFAULT_SHM_SIZE));
}

function annotation(name: string): k8s.ObjectFieldSelector {
  return { fieldPath: `metadata.annotations['${name}']` };
}

function cpuAndMemory(amounts: ReturnType<typeof quantities>): typeof amounts {
  if (amounts === undefined) return undefined;
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => name === 'cpu' || name === 'memory'));
}

type Quantities = NonNullable<NonNullable<CompleteComputeJobSpec['resources']>['limits']>;

function quantities(amounts: Quantities | undefined): { [name: string]: k8s.Quantity } | undefined {
  if (amounts === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => [name, k8s.Quantity.fromString(String(amount))]),
  );
}
