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
      .describe("Command of each pod. It is not run in a shell. Unset: the image's entrypoint."),
    args: z.array(argument).max(256).optional().describe('Arguments of the command or of the entrypoint.'),
    env: env.optional().describe('Environment variables, in addition to those that Rollcall sets.'),
    image: image
      .optional()
      .describe("Image of the pods. Unset: the operator's --job-image, a small image with a shell."),
    imagePullSecrets: imagePullSecrets.meta(BY_NAME).optional().describe('Secrets used to pull the image.'),
    serviceAccountName: patternField(
      'serviceAccountName',
      '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
      253,
      'must be a valid object name: lower-case letters, digits, - and .',
    )
      .optional()
      .describe('ServiceAccount of the pods. Its token is not mounted.'),
    securityContext: securityContext.optional().describe('User and group IDs of the processes. Unset: 65532.'),
    resources: resources.optional().describe('Compute resources of each pod.'),
    shmSize: quantityField()
      .optional()
      .describe(
        'Size of /dev/shm in each pod. Files there count against the memory limit. Unset: the memory limit, or 1Gi if there is none.',
      ),
    terminationGracePeriodSeconds: z
      .int32()
      .min(0)
      .optional()
      .describe('How long each pod may take to stop after SIGTERM, for example to save its state. Unset: 30.'),
    nodeSelector: nodeSelector.optional().describe('Labels that a ComputeNode must have to run the job.'),
    tolerations: tolerations.optional().describe('Node taints that the pods tolerate.'),
    parallelism: z
      .int32()
      .min(1)
      .max(MAX_PARALLELISM)
      .default(1)
      .describe(
        'Number of nodes that the job runs on at the same time, one pod on each. It gets all of them or none. Can be changed while the job is running.',
      ),
    waitForHosts: z
      .boolean()
      .optional()
      .describe(
        'Whether commands start only after all host names of the gang resolve. Unset: true if parallelism is more than 1. In either case they start only after all pods of the gang are admitted: if false, scheduling gates hold the pods until then.',
      ),
    slotsPerNode: z
      .int32()
      .min(1)
      .max(1024)
      .default(1)
      .describe('Slots of each node in ROLLCALL_HOSTFILE: how many processes mpirun starts on it.'),
    priority: z.int32().default(0).describe('Jobs with a higher priority get nodes first.'),
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
        'When the job is completed. AllIndexes: when every index has succeeded. FirstIndex: as soon as index 0 has succeeded; the other pods are then stopped.',
      ),
    backoffLimit: z
      .int32()
      .min(0)
      .default(3)
      .describe('How often the gang is restarted after a pod has failed. Node failures do not count.'),
    activeDeadlineSeconds: z
      .int()
      .min(1)
      .optional()
      .describe('How long the job may take from when it first got its nodes, including restarts. Unset: no limit.'),
    ttlSecondsAfterFinished: z
      .int()
      .min(0)
      .optional()
      .describe('How long a finished job is kept before it is deleted with its pods. Unset: forever.'),
  })
  .describe('Desired state: what to run, and on how many nodes.');
