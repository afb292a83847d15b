/**
 * ComputeJob: the one source of its schema, defaults, rules, columns and TypeScript types. The CRD in dist/, the typed
 * constructs in imports/ and the reference page are made from it.
 */
import * as z from 'zod';
import { InvalidComputeJobError } from '../errors.ts';
import { API_GROUP } from '../names.ts';
import { completeSpec } from './complete-spec.ts';
import type { CustomResourceKind } from './custom-resource.ts';
import { conditions, patternField, quantityField, UNSEEN_STATUS } from './fields.ts';
import {
  BY_NAME,
  env,
  image,
  imagePullSecrets,
  nodeSelector,
  resources,
  securityContext,
  tolerations,
} from './pod-fields.ts';
import type { CelRule, Rule } from './rule.ts';

/** A gang of this size has 1,000 names in each pod's ROLLCALL_HOSTS, which a process takes as one string of at most 128 KiB. */
export const MAX_PARALLELISM = 1000;
/** Pods are called `<name>-gang-<attempt>-<index>` and have host names `<name>-<index>`, which are DNS labels. */
const MAX_NAME = 40;
const NAME_PATTERN = '^[a-z]([-a-z0-9]*[a-z0-9])?$';

const argument = z.string().max(65536);

export const computeJobSpec = z
  .object({
    command: z
      .array(argument)
      .min(1)
      .max(256)
      .optional()
      .describe("What each pod runs, without a shell of its own. Unset: the image's entrypoint."),
    args: z.array(argument).max(256).optional().describe('Arguments after those in command.'),
    env: env.optional().describe('Environment variables, besides those that tell a pod its gang.'),
    image: image.optional().describe("Image of the pods. Unset: the operator's --job-image, a small one with a shell."),
    imagePullSecrets: imagePullSecrets.meta(BY_NAME).optional().describe('Secrets for the registry of the image.'),
    serviceAccountName: patternField(
      'serviceAccountName',
      '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
      253,
      'must be the name of an object: lower-case letters, digits, - and .',
    )
      .optional()
      .describe('ServiceAccount of the pods; no token is mounted.'),
    securityContext: securityContext.optional().describe('User and groups of the processes. Unset: 65532.'),
    resources: resources.optional().describe('Compute resources of each pod.'),
    shmSize: quantityField()
      .optional()
      .describe(
        'Size of /dev/shm in each pod. What is stored there counts against its memory limit. Unset: the memory limit, or 1Gi without one.',
      ),
    terminationGracePeriodSeconds: z
      .int32()
      .min(0)
      .optional()
      .describe('How long each pod has to stop after SIGTERM, for example to save its state. Unset: 30.'),
    nodeSelector: nodeSelector.optional().describe('Labels that a ComputeNode must have to be used.'),
    tolerations: tolerations.optional().describe('Taints of Nodes that keep this job from none of them.'),
    parallelism: z
      .int32()
      .min(1)
      .max(MAX_PARALLELISM)
      .default(1)
      .describe(
        'Number of nodes it runs on simultaneously, one pod on each: all of them or none. May change while it runs.',
      ),
    waitForHosts: z
      .boolean()
      .optional()
      .describe(
        'Whether no command starts before all pods of the gang are admitted and all of its names resolve. Unset: with a parallelism of more than 1.',
      ),
    slotsPerNode: z
      .int32()
      .min(1)
      .max(1024)
      .default(1)
      .describe('Slots of each node in ROLLCALL_HOSTFILE: how many processes mpirun starts there.'),
    priority: z.int32().default(0).describe('Jobs of a higher priority leave the queue first.'),
    suspend: z.boolean().default(false).describe('Whether to remove its pods and wait. Set to false it queues again.'),
    successPolicy: z
      .enum(['AllIndexes', 'FirstIndex'])
      .default('AllIndexes')
      .describe(
        'When the job is Completed: when every index has succeeded, or as soon as index 0 has; then the others are stopped.',
      ),
    backoffLimit: z
      .int32()
      .min(0)
      .default(3)
      .describe('How often the gang is restarted because a pod failed. Failures of nodes are not counted.'),
    activeDeadlineSeconds: z
      .int()
      .min(1)
      .optional()
      .describe('How long it may take after it left the queue for the first time, restarts included.'),
    ttlSecondsAfterFinished: z
      .int()
      .min(0)
      .optional()
      .describe('How long after its end it is deleted, with its pods. Unset: never.'),
  })
  .describe('What to run, and on how many nodes.');

const computeJobStatus = z
  .object({
    observedGeneration: z.int().min(0).optional().describe('The metadata.generation that this status is about.'),
    state: z.enum(['Pending', 'Running', 'Completed', 'Failed']).optional().describe('Where the job stands.'),
    message: z.string().max(32768).optional().describe('Why it stands there, as a sentence.'),
    position: z.int().min(1).optional().describe('Place in the queue, from 1, while it waits for nodes.'),
    summary: z.string().optional().describe('Nodes on which it runs or has succeeded, and nodes wanted: 3/3.'),
    activeNodes: z.array(z.string()).optional().describe('Nodes on which it runs now; empty once finished.'),
    nodes: z
      .array(z.string())
      .optional()
      .describe('Nodes of the present or last attempt, in the order of the indexes.'),
    scheduledTime: z.iso
      .datetime()
      .optional()
      .describe('When it first got its nodes; activeDeadlineSeconds counts from here.'),
    startTime: z.iso.datetime().optional().describe('When it first ran on all of its nodes.'),
    endTime: z.iso.datetime().optional().describe('When it was completed or failed.'),
    duration: z.string().optional().describe('From startTime to endTime; written once, at the end.'),
    attempt: z.int().min(0).optional().describe('Number of the present or last gang; each has pods of its own.'),
    endedAttempt: z
      .int()
      .min(0)
      .optional()
      .describe('Highest attempt whose outcome is counted here; its pods are being removed.'),
    attemptHash: z
      .string()
      .optional()
      .describe('Hash of what the attempt was started with; a change replaces the gang.'),
    serviceName: z.string().optional().describe('Service by which the names of the attempt resolve.'),
    started: z.int().min(0).optional().describe('Number of indexes of the attempt that are known to have started.'),
    completedIndexes: z.string().optional().describe('Indexes of the attempt that have succeeded, such as 0-2,4.'),
    succeeded: z.int().min(0).optional().describe('Number of indexes of the attempt that have succeeded.'),
    failed: z.int().min(0).optional().describe('Number of gangs that failed and counted against backoffLimit.'),
    disruptions: z.int().min(0).optional().describe('Number of gangs lost in a row to nodes, evictions and the like.'),
    retryTime: z.iso.datetime().optional().describe('When the gang may be started again.'),
    conditions: conditions
      .optional()
      .describe('Ready, Reconciling, Stalled, Scheduled, Suspended, Complete, Failed and Finished.'),
  })
  .meta({
    description: 'What the operator last observed. Only the operator writes it.',
    default: UNSEEN_STATUS,
  });

/** What a manifest may say: fields with a default are optional. */
export type ComputeJobSpec = z.input<typeof computeJobSpec>;
/** The spec with its defaults. */
export type CompleteComputeJobSpec = z.output<typeof computeJobSpec>;
export type ComputeJobStatus = z.output<typeof computeJobStatus>;

/** A ComputeJob as it is read from the API server or written in code. */
export interface ComputeJob {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    /** Given: the children are owned by this object. */
    readonly uid?: string;
    readonly generation?: number;
    readonly [field: string]: unknown;
  };
  readonly spec: ComputeJobSpec;
  readonly status?: ComputeJobStatus;
}

/** CEL: every field of the spec but these is as it was. */
function unchangedBut(...exempt: readonly string[]): string {
  return Object.keys(computeJobSpec.shape)
    .filter((field) => !exempt.includes(field))
    .map((field) => {
      const [now, before] = [`self.spec.${field}`, `oldSelf.spec.${field}`];
      return `has(${now}) == has(${before}) && (!has(${now}) || ${now} == ${before})`;
    })
    .join(' && ');
}

const wholeRules: readonly Rule<{ metadata: { name: string }; spec: CompleteComputeJobSpec }>[] = [
  {
    cel: `self.metadata.name.size() <= ${MAX_NAME} && self.metadata.name.matches(r'${NAME_PATTERN}')`,
    holds: ({ metadata: { name } }) => name.length <= MAX_NAME && new RegExp(NAME_PATTERN).test(name),
    message: `metadata.name must be at most ${MAX_NAME} lower-case letters, digits and -, the first a letter (a DNS-1035 label)`,
  },
  {
    cel: 'has(self.spec.command) || has(self.spec.image)',
    holds: ({ spec: { command, image } }) => command !== undefined || image !== undefined,
    message: 'spec.command must be set, unless spec.image names an image with an entrypoint',
  },
];

/** A transition rule: only the API server sees both the old object and the new one. */
const finishedIsImmutable: CelRule = {
  cel: `!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Completed', 'Failed']) || (${unchangedBut('ttlSecondsAfterFinished')})`,
  message: 'spec of a finished job is immutable, but for ttlSecondsAfterFinished: create a new job',
};

export const COMPUTE_JOB: CustomResourceKind = {
  group: API_GROUP,
  kind: 'ComputeJob',
  plural: 'computejobs',
  singular: 'computejob',
  // `cj` is CronJob's.
  shortNames: ['cjob'],
  scope: 'Namespaced',
  description: 'A command that runs on several nodes at once, one pod on each.',
  spec: computeJobSpec,
  status: computeJobStatus,
  rules: [...wholeRules, finishedIsImmutable],
  columns: [
    { name: 'State', type: 'string', jsonPath: '.status.state', description: 'Where the job stands.' },
    { name: 'Nodes', type: 'string', jsonPath: '.status.summary', description: 'Nodes in use and nodes wanted.' },
    { name: 'Attempt', type: 'integer', jsonPath: '.status.attempt', description: 'Number of the gang.' },
    // A date column counts from startTime for ever, as if the job still ran.
    { name: 'Start', type: 'string', jsonPath: '.status.startTime', description: 'When it first ran on all nodes.' },
    { name: 'Duration', type: 'string', jsonPath: '.status.duration', description: 'From start to end.' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Time since creation.' },
    { name: 'Priority', type: 'integer', jsonPath: '.spec.priority', description: 'Higher goes first.', priority: 1 },
    {
      name: 'Position',
      type: 'integer',
      jsonPath: '.status.position',
      description: 'Place in the queue.',
      priority: 1,
    },
    { name: 'Message', type: 'string', jsonPath: '.status.message', description: 'Why it stands there.', priority: 1 },
  ],
};

/**
 * The spec with its defaults, as the API server would have stored it.
 *
 * @throws InvalidComputeJobError with a sentence per field that the API server would have refused
 */
export function completeComputeJob(resource: Pick<ComputeJob, 'metadata' | 'spec'>): CompleteComputeJobSpec {
  return completeSpec(resource, computeJobSpec, wholeRules, (sentences) => {
    const { namespace, name } = resource.metadata;
    return new InvalidComputeJobError(`ComputeJob ${namespace}/${name}: ${sentences}`);
  });
}
