/**
 * ComputeJob: the one source of its schema, defaults, rules, columns and TypeScript types. The CRD in dist/, the typed
 * constructs in imports/ and the reference page are made from it.
 */
import type * as z from 'zod';
import { InvalidComputeJobError } from '../errors.ts';
import { API_GROUP } from '../names.ts';
import { completeSpec } from './complete-spec.ts';
import { computeJobSpec, MAX_PARALLELISM } from './compute-job/spec.ts';
import { computeJobStatus } from './compute-job/status.ts';
import type { CustomResourceKind } from './custom-resource.ts';
import type { CelRule, Rule } from './rule.ts';

export { computeJobSpec, MAX_PARALLELISM };

/** Pods are called `<name>-gang-<attempt>-<index>` and have host names `<name>-<index>`, which are DNS labels. */
const MAX_NAME = 40;
const NAME_PATTERN = '^[a-z]([-a-z0-9]*[a-z0-9])?$';

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
    message: `metadata.name must be a DNS-1035 label of at most ${MAX_NAME} characters: lower-case letters, digits and -, starting with a letter`,
  },
  {
    cel: 'has(self.spec.command) || has(self.spec.image)',
    holds: ({ spec: { command, image } }) => command !== undefined || image !== undefined,
    message: 'spec.command is required unless spec.image is set',
  },
];

/** A transition rule: only the API server sees both the old object and the new one. */
const finishedIsImmutable: CelRule = {
  cel: `!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Completed', 'Failed']) || (${unchangedBut('ttlSecondsAfterFinished')})`,
  message: 'spec is immutable after the job has finished, except ttlSecondsAfterFinished: create a new job',
};

export const COMPUTE_JOB: CustomResourceKind = {
  group: API_GROUP,
  kind: 'ComputeJob',
  plural: 'computejobs',
  singular: 'computejob',
  // `cj` is CronJob's.
  shortNames: ['cjob'],
  scope: 'Namespaced',
  description: 'A job that runs on several nodes at the same time, one pod on each.',
  spec: computeJobSpec,
  status: computeJobStatus,
  rules: [...wholeRules, finishedIsImmutable],
  columns: [
    { name: 'State', type: 'string', jsonPath: '.status.state', description: 'State of the job.' },
    {
      name: 'Nodes',
      type: 'string',
      jsonPath: '.status.summary',
      description: 'Nodes on which the job runs or has succeeded, out of those requested.',
    },
    {
      name: 'Attempt',
      type: 'integer',
      jsonPath: '.status.attempt',
      description: 'Number of the current or last attempt.',
    },
    // A date column would show the time since startTime, as if the job were still running.
    {
      name: 'Start',
      type: 'string',
      jsonPath: '.status.startTime',
      description: 'When the job first ran on all of its nodes.',
    },
    { name: 'Duration', type: 'string', jsonPath: '.status.duration', description: 'Time from start to end.' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Time since creation.' },
    {
      name: 'Priority',
      type: 'integer',
      jsonPath: '.spec.priority',
      description: 'Queue priority. Jobs with higher values are scheduled first.',
      priority: 1,
    },
    {
      name: 'Position',
      type: 'integer',
      jsonPath: '.status.position',
      description: 'Position in the queue.',
      priority: 1,
    },
    {
      name: 'Message',
      type: 'string',
      jsonPath: '.status.message',
      description: 'Human-readable reason for the state.',
      priority: 1,
    },
  ],
};

/**
 * The spec with its defaults, as the API server would have stored it.
 *
 * @throws InvalidComputeJobError with a message for each field that the API server would have rejected
 */
export function completeComputeJob(resource: Pick<ComputeJob, 'metadata' | 'spec'>): CompleteComputeJobSpec {
  return completeSpec(resource, computeJobSpec, wholeRules, (messages) => {
    const { namespace, name } = resource.metadata;
    return new InvalidComputeJobError(`ComputeJob ${namespace}/${name}: ${messages}`);
  });
}
