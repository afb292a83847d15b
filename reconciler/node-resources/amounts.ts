import { amountOf, type Quantity, quantityOf } from '../kube/quantity.ts';

/**
 * Amounts by resource name, in the units of {@link amountOf}. A missing resource is 0. Names are untrusted: objects made here have no
 * prototype, and {@link amountIn} reads own keys only, so `constructor` is a name like any other.
 */
export type Amounts = Readonly<Record<string, number>>;

/** An object to collect amounts in. */
export function emptyAmounts(): Record<string, number> {
  return Object.create(null) as Record<string, number>;
}

export function amountIn(amounts: Amounts, resource: string): number {
  return Object.hasOwn(amounts, resource) ? amounts[resource]! : 0;
}

export function amountsOf(quantities: Readonly<Record<string, Quantity>> = {}): Amounts {
  const amounts = emptyAmounts();
  for (const resource of Object.keys(quantities)) amounts[resource] = amountOf(resource, quantities[resource]!);
  return amounts;
}

/** As quantities in manifests, by resource name. */
export function quantitiesOf(amounts: Amounts): Record<string, string> {
  return Object.fromEntries(
    Object.keys(amounts)
      .sort()
      .map((resource) => [resource, quantityOf(resource, amounts[resource]!)]),
  );
}

export function plus(a: Amounts, b: Amounts): Amounts {
  const sum = Object.assign(emptyAmounts(), a);
  for (const resource of Object.keys(b)) sum[resource] = (sum[resource] ?? 0) + b[resource]!;
  return sum;
}

/** The larger amount of each resource. */
export function atLeast(a: Amounts, b: Amounts): Amounts {
  const larger = Object.assign(emptyAmounts(), a);
  for (const resource of Object.keys(b)) larger[resource] = Math.max(larger[resource] ?? 0, b[resource]!);
  return larger;
}

/** As text: `2 CPU, 4Gi, 1 nvidia.com/gpu`, without zeros and the resource `pods`. */
export function inWords(amounts: Amounts): string {
  const words = Object.keys(amounts)
    .filter((resource) => resource !== 'pods' && amounts[resource]! > 0)
    .sort()
    .map((resource) => {
      const quantity = quantityOf(resource, amounts[resource]!);
      if (resource === 'cpu') return `${quantity} CPU`;
      return resource === 'memory' ? quantity : `${quantity} ${resource}`;
    });
  return words.join(', ');
}
