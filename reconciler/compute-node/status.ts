import type { ComputeNodeStatus } from '../../constructs/crds/compute-node.ts';
import { type Amounts, amountsOf, inWords, quantitiesOf } from '../node-resources/amounts.ts';
import { type Condition, updateConditions } from '../runtime/conditions.ts';
import { CURRENT, type Health, healthFindings } from '../runtime/health.ts';
import { capacityOf } from './capacity.ts';
import type { ComputeNode } from './compute-node-object.ts';
import type { NodeHealthDecision } from './node-health.ts';

export interface NodeStatusInput {
  readonly computeNode: ComputeNode;
  readonly health: NodeHealthDecision;
  /** Undefined: no Node with this name exists. */
  readonly allocatable: Amounts | undefined;
  readonly allocated: { readonly amounts: Amounts; readonly jobs: readonly string[] };
  /** RFC 3339. */
  readonly now: string;
}

/** The status of a ComputeNode. Pure. */
export function nodeStatus({ computeNode, health, allocatable, allocated, now }: NodeStatusInput): ComputeNodeStatus {
  const { spec, status, metadata } = computeNode;
  const generation = metadata.generation ?? 0;
  const { state, everReady, reason, message } = health;
  const ready = { type: 'Ready', status: state === 'Running' ? 'True' : 'False', reason, message } as const;
  const findings = [ready, ...healthFindings(nodeHealthOf(health))];
  const capacity = quantitiesOf(capacityOf(amountsOf(spec.resources), allocatable ?? {}));
  return {
    observedGeneration: generation,
    state,
    everReady,
    ...unlessEmpty('capacity', capacity),
    ...unlessEmpty('allocated', quantitiesOf(allocated.amounts)),
    allocatedSummary: inWords(allocated.amounts),
    jobs: [...allocated.jobs],
    jobsSummary: summarize(allocated.jobs),
    jobCount: allocated.jobs.length,
    conditions: updateConditions((status?.conditions ?? []) as readonly Condition[], findings, generation, now),
  };
}

function nodeHealthOf({ state, reason, message }: NodeHealthDecision): Health {
  if (state === 'Running') return CURRENT;
  return { type: state === 'Failed' ? 'Stalled' : 'Reconciling', reason, message };
}

/** Server-side apply turns an empty map that had entries into null, and then rejects it. */
function unlessEmpty<K extends string>(field: K, map: Record<string, string>) {
  return Object.keys(map).length === 0 ? {} : ({ [field]: map } as Record<K, typeof map>);
}

/** The first three, for a column. */
function summarize(jobs: readonly string[]): string {
  const more = jobs.length - 3;
  return more > 0 ? `${jobs.slice(0, 3).join(', ')} and ${more} more` : jobs.join(', ');
}
