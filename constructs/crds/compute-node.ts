/**
 * ComputeNode: the one source of its schema, defaults, rules, columns and TypeScript types. The CRD in dist/, the typed
 * constructs in imports/ and the reference page are made from it.
 */
import * as z from 'zod';
import { API_GROUP } from '../names.ts';
import type { CustomResourceKind } from './custom-resource.ts';
import { conditions, quantitiesField, UNSEEN_STATUS } from './fields.ts';
import { amounts } from './pod-fields.ts';

/** Nodes with partitioned GPUs and several sizes of huge pages have some twenty. */
export const MAX_NODE_RESOURCES = 64;

export const computeNodeSpec = z
  .object({
    resources: quantitiesField(MAX_NODE_RESOURCES)
      .optional()
      .describe(
        'What the node offers to jobs. The operator fills in what the Node can allocate and follows it, but for resources that you set. A resource that is not named is not limited below that.',
      ),
    unschedulable: z.boolean().default(false).describe('Whether it takes no new jobs. Those that run stay.'),
  })
  .describe('What the node offers to jobs.');

const computeNodeStatus = z
  .object({
    observedGeneration: z.int().min(0).optional().describe('The metadata.generation that this status is about.'),
    state: z
      .enum(['Pending', 'Running', 'Failed'])
      .optional()
      .describe('Pending: its Node is not there or was never ready. Running: it is ready. Failed: it is not any more.'),
    everReady: z.boolean().optional().describe('Whether its Node was ever seen ready.'),
    capacity: amounts
      .optional()
      .describe('What jobs may use: the smaller of spec.resources and what the Node can allocate.'),
    allocated: amounts.optional().describe('What the pods of ComputeJobs hold.'),
    allocatedSummary: z.string().optional().describe('The same in words: 2 CPU, 4Gi.'),
    jobs: z.array(z.string()).optional().describe('ComputeJobs that hold it, as namespace/name.'),
    jobsSummary: z.string().optional().describe('The first of them by name: a/train, b/eval and 3 more.'),
    jobCount: z.int().min(0).optional().describe('Number of jobs.'),
    conditions: conditions.optional().describe('Ready, Reconciling and Stalled.'),
  })
  .meta({
    description: 'What the operator last observed. Only the operator writes it.',
    default: UNSEEN_STATUS,
  });

export type ComputeNodeSpec = z.input<typeof computeNodeSpec>;
export type ComputeNodeStatus = z.output<typeof computeNodeStatus>;

/** A ComputeNode as it is read from the API server or written in code. */
export interface ComputeNode {
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly spec: ComputeNodeSpec;
  readonly status?: ComputeNodeStatus;
}

export const COMPUTE_NODE: CustomResourceKind = {
  group: API_GROUP,
  kind: 'ComputeNode',
  plural: 'computenodes',
  singular: 'computenode',
  shortNames: ['cn'],
  scope: 'Cluster',
  description: 'A Node as ComputeJobs see it: what it offers, what they hold of it, and whether it can be relied on.',
  spec: computeNodeSpec,
  status: computeNodeStatus,
  rules: [],
  columns: [
    { name: 'State', type: 'string', jsonPath: '.status.state', description: 'Whether it can be relied on.' },
    { name: 'CPU', type: 'string', jsonPath: '.status.capacity.cpu', description: 'CPU that jobs may use.' },
    { name: 'Memory', type: 'string', jsonPath: '.status.capacity.memory', description: 'Memory that jobs may use.' },
    { name: 'Allocated', type: 'string', jsonPath: '.status.allocatedSummary', description: 'What jobs hold.' },
    { name: 'Jobs', type: 'string', jsonPath: '.status.jobsSummary', description: 'Jobs that hold it.' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Time since creation.' },
  ],
};
