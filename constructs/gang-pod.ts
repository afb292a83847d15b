import { k8s } from 'cdk8s-plus-28';
import type { CompleteComputeJobSpec } from './crds/compute-job.ts';
import { gangHostname, gangHosts, gangService } from './gang-names.ts';
import { ANNOTATION_HOSTS } from './names.ts';
import { restrictedPod } from './restricted-pod.ts';

const HOSTS_DIR = '/etc/rollcall';
const HOSTS_FILE = 'hosts';

/** The container that runs the command. */
export const GANG_CONTAINER = 'job';

export interface GangPodProps {
  readonly job: string;
  readonly spec: CompleteComputeJobSpec;
  /** For jobs that set none. */
  readonly image: string;
  readonly index: number;
  /** Number of pods in the gang. */
  readonly size: number;
  /** Name of the Node that it is to run on. */
  readonly node: string;
}

/**
 * One pod of a gang. It is pinned to its node by affinity and goes through the scheduler, which with the kubelet has the
 * last word on whether the node has room.
 */
export function gangPodSpec({ job, spec, image, index, size, node }: GangPodProps): k8s.PodSpec {
  return restrictedPod(
    {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds,
      hostname: gangHostname(job, index),
      subdomain: gangService(job),
      serviceAccountName: spec.serviceAccountName,
      imagePullSecrets: spec.imagePullSecrets,
      tolerations: spec.tolerations,
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: only(node) } },
      containers: [
        {
          name: GANG_CONTAINER,
          image: spec.image ?? image,
          command: spec.command,
          args: spec.args,
          // Ours come first, so that the job's own may refer to them.
          env: [...gangEnv(job, index, size), ...((spec.env ?? []) as k8s.EnvVar[])],
          resources: { requests: quantities(spec.resources?.requests), limits: quantities(spec.resources?.limits) },
          volumeMounts: [
            { name: 'tmp', mountPath: '/tmp' },
            { name: 'shm', mountPath: '/dev/shm' },
            { name: 'gang', mountPath: HOSTS_DIR, readOnly: true },
          ],
        },
      ],
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: shmSize(spec) } },
        // The kubelet follows the annotation, so the file does.
        { name: 'gang', downwardApi: { items: [{ path: HOSTS_FILE, fieldRef: annotation(ANNOTATION_HOSTS) }] } },
      ],
    },
    spec.securityContext,
  );
}

function only(node: string): k8s.NodeSelector {
  return { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }] };
}

function gangEnv(job: string, index: number, size: number): k8s.EnvVar[] {
  return [
    { name: 'ROLLCALL_JOB', value: job },
    { name: 'ROLLCALL_INDEX', value: String(index) },
    { name: 'ROLLCALL_SIZE', value: String(size) },
    { name: 'ROLLCALL_NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    { name: 'ROLLCALL_HOSTS', value: gangHosts(job, size).join(',') },
    { name: 'ROLLCALL_HOSTS_FILE', value: `${HOSTS_DIR}/${HOSTS_FILE}` },
  ];
}

/** Container runtimes give 64 MiB, which programs that share memory between processes overrun without a word. */
const DEFAULT_SHM_SIZE = '1Gi';

function shmSize({ shmSize, resources }: CompleteComputeJobSpec): k8s.Quantity {
  return k8s.Quantity.fromString(String(shmSize ?? resources?.limits?.memory ?? DEFAULT_SHM_SIZE));
}

function annotation(name: string): k8s.ObjectFieldSelector {
  return { fieldPath: `metadata.annotations['${name}']` };
}

type Quantities = NonNullable<NonNullable<CompleteComputeJobSpec['resources']>['limits']>;

function quantities(amounts: Quantities | undefined): { [name: string]: k8s.Quantity } | undefined {
  if (amounts === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => [name, k8s.Quantity.fromString(String(amount))]),
  );
}
