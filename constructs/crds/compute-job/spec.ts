import * as z from 'zod';
import { patternField, quantityField } from '../fields.ts';
import {
  BY_NAME,
  env,
  image,
  imagePullSecrets,
  nodeSelector,
  resources,
  securityContext,
  tolerations,
} from '../pod-fields.ts';

/** A gang of this size has 1,000 names in each pod's ROLLCALL_HOSTS, which a process takes as one string of at most 128 KiB. */
export const MAX_PARALLELISM = 1000;

const argument = z.string().max(65536);

export const computeJobSpec = z
  .object({
    command: z
      .array(argument)
      .min(1)
      .max(256)
      .optional()
      .describe("Command of each pod. It is not run in a shell. Defaults to the image's entrypoint."),
    args: z.array(argument).max(256).optional().describe('Arguments of the command or of the entrypoint.'),
    env: env.optional().describe('Additional environment variables.'),
    image: image
      .optional()
      .describe("Image of the pods. Defaults to the operator's --job-image, a small image with a shell."),
    imagePullSecrets: imagePullSecrets.meta(BY_NAME).optional().describe('Secrets used to pull the image.'),
    serviceAccountName: patternField(
      'serviceAccountName',
      '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
      253,
      'must be a valid object name: lower-case letters, digits, - and .',
    )
      .optional()
      .describe('ServiceAccount of the pods. Its token is not mounted.'),
    securityContext: securityContext
      .optional()
      .describe('User and group IDs of the containers. All are 65532 by default.'),
    resources: resources.optional().describe('Compute resources of each pod.'),
    shmSize: quantityField()
      .optional()
      .describe(
        'Size of /dev/shm in each pod. Files there count against the memory limit. Defaults to the memory limit, or 1Gi if there is none.',
      ),
    terminationGracePeriodSeconds: z
      .int32()
      .min(0)
      .optional()
      .describe('Seconds that each pod has to shut down after SIGTERM, for example to save its state. Defaults to 30.'),
    nodeSelector: nodeSelector.optional().describe('Labels that a ComputeNode must have to run the job.'),
    tolerations: tolerations.optional().describe('Node taints that the pods tolerate.'),
    parallelism: z
      .int32()
      .min(1)
      .max(MAX_PARALLELISM)
      .default(1)
      .describe(
        'Number of nodes that the job runs on at the same time, one pod on each. All nodes are assigned at once, or none. Can be changed while the job is running.',
      ),
    waitForHosts: z
      .boolean()
      .optional()
      .describe(
        'Whether commands wait until all host names of the gang resolve. Defaults to true if parallelism is more than 1. If false, scheduling gates still hold the pods until all of them are admitted.',
      ),
    slotsPerNode: z
      .int32()
      .min(1)
      .max(1024)
      .default(1)
      .describe(
        'Number of slots per node in ROLLCALL_HOSTFILE, which is the number of processes that mpirun starts there.',
      ),
    priority: z
      .int32()
      .default(0)
      .describe(
        'Queue priority. Jobs with higher values are scheduled first. Does not preempt running jobs, and is unrelated to PriorityClass.',
      ),
    suspend: z
      .boolean()
      .default(false)
      .describe(
        'Suspends the job: its pods are deleted and it leaves the queue. Setting it to false queues the job again.',
      ),
    successPolicy: z
      .enum(['AllIndexes', 'FirstIndex'])
      .default('AllIndexes')
      .describe(
        'When the job succeeds. AllIndexes: when every index has succeeded. FirstIndex: as soon as index 0 has succeeded; the other pods are then stopped.',
      ),
    backoffLimit: z
      .int32()
      .min(0)
      .default(3)
      .describe(
        'Number of restarts after pod failures before the job fails. Disruptions, such as node failures, do not count.',
      ),
    activeDeadlineSeconds: z
      .int()
      .min(1)
      .optional()
      .describe(
        'Seconds after the job was first scheduled after which it fails, including restarts. No limit by default.',
      ),
    ttlSecondsAfterFinished: z
      .int()
      .min(0)
      .optional()
      .describe('Seconds after which a finished job and its pods are deleted. Kept indefinitely by default.'),
  })
  .describe('Desired state of the job: what to run, and on how many nodes.');
