import { tryParseQuantity } from '../kube/quantity.ts';

const BINARY = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'] as const;

/** A quantity as manifests write it. */
export type Quantity = string | number;

/**
 * The largest amount that is told from larger ones: 32 TiB, or 35 million cores. The sums of 256 such amounts are still exact
 * whole numbers, so what is added can be taken off again.
 */
export const MAX_AMOUNT = 2 ** 45;

/**
 * Amount that a quantity stands for, in whole units, rounded up as the scheduler does: thousandths of a core for `cpu`,
 * bytes, or pieces for everything else; from 0 to {@link MAX_AMOUNT}. Text that is no quantity (the API server lets none
 * pass) counts as 0.
 */
export function amountOf(resource: string, quantity: Quantity): number {
  const unit = resource === 'cpu' ? 1_000_000n : 1_000_000_000n;
  const billionths = tryParseQuantity(quantity) ?? 0n;
  return Math.min(MAX_AMOUNT, Math.max(0, Number((billionths + unit - 1n) / unit)));
}

/** The amount as people write it: `1500m`, `2`, `4Gi`. */
export function quantityOf(resource: string, amount: number): string {
  if (resource === 'cpu') return amount % 1000 === 0 ? String(amount / 1000) : `${amount}m`;
  if (resource !== 'memory' && resource !== 'ephemeral-storage' && !resource.startsWith('hugepages-')) {
    return String(amount);
  }
  for (const [index, suffix] of BINARY.entries()) {
    const size = 1024 ** (BINARY.length - index);
    if (amount > 0 && amount % size === 0) return `${amount / size}${suffix}`;
  }
  return String(amount);
}
