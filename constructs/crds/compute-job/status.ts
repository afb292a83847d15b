import * as z from 'zod';
import { conditions, UNSEEN_STATUS } from '../fields.ts';

export const computeJobStatus = z
  .object({
    observedGeneration: z.int().min(0).optional().describe('The metadata.generation that this status reflects.'),
    state: z.enum(['Pending', 'Running', 'Completed', 'Failed']).optional().describe('State of the job.'),
    message: z.string().max(32768).optional().describe('Human-readable reason for the state.'),
    position: z.int().min(1).optional().describe('Position in the queue, from 1, while the job waits for nodes.'),
    summary: z
      .string()
      .optional()
      .describe('Nodes on which the job runs or has succeeded, out of those requested, such as 3/3.'),
    activeNodes: z
      .array(z.string())
      .optional()
      .describe('Nodes on which the job is running. Empty once it has finished.'),
    nodes: z
      .array(z.string())
      .optional()
      .describe('Nodes of the current or last attempt, in the order of the indexes.'),
    scheduledTime: z.iso
      .datetime()
      .optional()
      .describe('When the job first got its nodes. activeDeadlineSeconds counts from then.'),
    startTime: z.iso.datetime().optional().describe('When the job first ran on all of its nodes.'),
    endTime: z.iso.datetime().optional().describe('When the job was completed or failed.'),
    duration: z.string().optional().describe('Time from startTime to endTime. Set when the job has finished.'),
    attempt: z
      .int()
      .min(0)
      .optional()
      .describe('Number of the current or last attempt. Each attempt has its own pods.'),
    endedAttempt: z
      .int()
      .min(0)
      .optional()
      .describe('Last attempt whose end is recorded in this status. Its pods are deleted.'),
    attemptHash: z.string().optional().describe('Hash of the spec fields whose change replaces the gang.'),
    serviceName: z.string().optional().describe('Name of the Service that provides the host names of the gang.'),
    started: z.int().min(0).optional().describe('Number of indexes of the attempt that have started.'),
    completedIndexes: z.string().optional().describe('Indexes of the attempt that have succeeded, such as 0-2,4.'),
    succeeded: z.int().min(0).optional().describe('Number of indexes of the attempt that have succeeded.'),
    failed: z.int().min(0).optional().describe('Number of gangs that failed and count against backoffLimit.'),
    disruptions: z
      .int()
      .min(0)
      .optional()
      .describe(
        'Number of consecutive attempts that ended by a node failure, an eviction or another disruption, or because the API server rejected a pod, including growth that was cancelled.',
      ),
    retryTime: z.iso.datetime().optional().describe('Earliest time of the next restart or resize.'),
    conditions: conditions
      .optional()
      .describe('Conditions Ready, Reconciling, Stalled, Scheduled, Suspended, Complete, Failed and Finished.'),
  })
  .meta({
    description: 'Observed state, written by the operator.',
    default: UNSEEN_STATUS,
  });
