import { type Amounts, emptyAmounts } from '../node-resources/amounts.ts';

/**
 * What jobs may use of a node: for every resource the smaller of what the ComputeNode offers and what the Node can allocate. A resource
 * that the ComputeNode doesn't list is limited only by the Node; a resource that the Node doesn't have can't be offered.
 */
export function capacityOf(offered: Amounts, allocatable: Amounts): Amounts {
  const capacity = emptyAmounts();
  for (const resource of Object.keys(allocatable)) {
    const amount = allocatable[resource]!;
    capacity[resource] = Object.hasOwn(offered, resource) ? Math.min(amount, offered[resource]!) : amount;
  }
  return capacity;
}
