/**
 * Every reason that a ComputeNode's conditions and Events can carry. The types of this table keep others out of the code, and
 * `npm run reference` writes docs/reference/compute-conditions.md from it.
 */
import type { ConditionTable } from '../runtime/reason-table.ts';

/** By type and reason. `Reconciling` and `Stalled` also carry the reasons of `Ready`, and each change of state is an Event with its reason. */
export const CONDITIONS = {
  Ready: {
    NodeReady: { status: 'True', severity: 'Normal', meaning: 'The Node is ready.' },
    NodeNotReady: {
      status: 'False',
      severity: 'Warning',
      meaning:
        "The Node's condition Ready is False; the message is from the Node. Ready stays True for `--node-not-ready` (10 s).",
    },
    NodeUnknown: {
      status: 'False',
      severity: 'Warning',
      meaning: "The Node's condition Ready is Unknown or missing. Ready stays True for `--node-not-ready` (10 s).",
    },
    LeaseExpired: {
      status: 'False',
      severity: 'Warning',
      meaning: "The Node's kubelet has not renewed its Lease for `--node-lease` (40 s).",
    },
    NodeNotFound: { status: 'False', severity: 'Warning', meaning: 'No Node with this name exists.' },
  },
  Reconciling: {
    Pending: { status: 'True', severity: 'Normal', meaning: 'The operator has not observed the object yet.' },
    Idle: { status: 'False', severity: 'Normal', meaning: 'No operation in progress.' },
  },
} as const satisfies ConditionTable;

export type NodeReason = keyof typeof CONDITIONS.Ready;
