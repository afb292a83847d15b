/**
 * ComputeNode: the one source of its schema, defaults, rules, columns and TypeScript types. The CRD in dist/, the typed
 * constructs in imports/ and the reference page are made from it.
 */
import * as z from 'zod';
import { API_GROUP } from '../names.ts';
import type { CustomResourceKind } from './custom-resource.ts';
import { conditions, quantitiesField, UNSEEN_STATUS } from './fields.ts';
import { amounts } from './pod-fields.ts';

/** Nodes with partitioned GPUs and several sizes of huge pages have about twenty. */
export const MAX_NODE_RESOURCES = 64;

export const computeNodeSpec = z
  .object({
    resources: quantitiesField(MAX_NODE_RESOURCES)
      .optional()
      .describe(
        'Resources offered to ComputeJobs. Defaults to the allocatable resources of the Node, which the operator keeps up to date; values that you set are kept. Resources that are not listed are limited only by the Node.',
      ),
    unschedulable: z
      .boolean()
      .default(false)
      .describe('Prevents new jobs from being placed on the node. Running jobs stay.'),
  })
  .describe('Desired state: what the node offers to jobs.');

const computeNodeStatus = z
  .object({
    observedGeneration: z.int().min(0).optional().describe('The metadata.generation that this status reflects.'),
    state: z
      .enum(['Pending', 'Running', 'Failed'])
      .optional()
      .describe(
        'Pending: the Node does not exist or has never been ready. Running: the Node is ready. Failed: the Node was ready and no longer is.',
      ),
    everReady: z.boolean().optional().describe('Whether the Node has ever been ready.'),
    capacity: amounts
      .optional()
      .describe(
        'Resources that jobs may use: the minimum of spec.resources and the allocatable resources of the Node.',
      ),
    allocated: amounts.optional().describe('Resources requested by pods of ComputeJobs.'),
    allocatedSummary: z.string().optional().describe('Summary of allocated, such as 2 CPU, 4Gi.'),
    jobs: z.array(z.string()).optional().describe('ComputeJobs that use the node, as namespace/name.'),
    jobsSummary: z
      .string()
      .optional()
      .describe('Summary of jobs: the first three by name, such as a/train, b/eval, c/sort and 3 more.'),
    jobCount: z.int().min(0).optional().describe('Number of ComputeJobs that use the node.'),
    conditions: conditions.optional().describe('Conditions Ready, Reconciling and Stalled.'),
  })
  .meta({
    description: 'Observed state, written by the operator.',
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
  description: 'Resources that a Node offers to ComputeJobs, their allocation, and the health of the node.',
  spec: computeNodeSpec,
  status: computeNodeStatus,
  rules: [],
  columns: [
    { name: 'State', type: 'string', jsonPath: '.status.state', description: 'State of the node.' },
    { name: 'CPU', type: 'string', jsonPath: '.status.capacity.cpu', description: 'CPU that jobs may use.' },
    { name: 'Memory', type: 'string', jsonPath: '.status.capacity.memory', description: 'Memory that jobs may use.' },
    {
      name: 'Allocated',
      type: 'string',
      jsonPath: '.status.allocatedSummary',
      description: 'Resources requested by pods of ComputeJobs.',
    },
    { name: 'Jobs', type: 'string', jsonPath: '.status.jobsSummary', description: 'Jobs that use the node.' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Time since creation.' },
  ],
};
