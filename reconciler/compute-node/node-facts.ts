import { type Amounts, amountsOf } from '../node-resources/amounts.ts';
import type { Taint } from '../node-resources/taints.ts';
import { capacityOf } from './capacity.ts';
import type { ComputeNodeContext } from './context.ts';

/** What placement needs to know about a ComputeNode and its Node. */
export interface NodeFacts {
  readonly name: string;
  /** Labels of the ComputeNode. */
  readonly labels: Readonly<Record<string, string>>;
  /** Of the Node; a cordon is one of them. */
  readonly taints: readonly Taint[];
  /** Its state is Running. */
  readonly running: boolean;
  /** It accepts no new jobs, whatever they tolerate. */
  readonly unschedulable: boolean;
  /** What the Node can allocate to pods. */
  readonly allocatable: Amounts;
  /** What jobs may use of it. */
  readonly capacity: Amounts;
}

/** Undefined: no pod can be placed on it. */
export function factsOf(
  name: string,
  { nodes, computeNodes }: Pick<ComputeNodeContext, 'nodes' | 'computeNodes'>,
): NodeFacts | undefined {
  const node = nodes.get(name);
  const computeNode = computeNodes.get(name);
  if (node === undefined || computeNode === undefined) return undefined;
  const { spec, status, metadata } = computeNode;
  return {
    name,
    labels: metadata.labels ?? {},
    taints: node.taints,
    running: status?.state === 'Running',
    unschedulable: spec.unschedulable ?? false,
    allocatable: node.allocatable,
    capacity: capacityOf(amountsOf(spec.resources), node.allocatable),
  };
}
