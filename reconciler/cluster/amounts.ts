import { amountOf, type Quantity, quantityOf } from './quantity.ts';

/** Amounts by resource name, in the units of {@link amountOf}. A resource that is not named is 0. */
export type Amounts = Readonly<Record<string, number>>;

export function amountsOf(quantities: Readonly<Record<string, Quantity>> = {}): Amounts {
  return Object.fromEntries(
    Object.entries(quantities).map(([resource, quantity]) => [resource, amountOf(resource, quantity)]),
  );
}

/** As people write them, by resource name. */
export function quantitiesOf(amounts: Amounts): Record<string, string> {
  return Object.fromEntries(
    Object.keys(amounts)
      .sort()
      .map((resource) => [resource, quantityOf(resource, amounts[resource]!)]),
  );
}

export function plus(a: Amounts, b: Amounts): Amounts {
  const sum: Record<string, number> = { ...a };
  for (const resource of Object.keys(b)) sum[resource] = (sum[resource] ?? 0) + b[resource]!;
  return sum;
}

/** The larger of each. */
export function atLeast(a: Amounts, b: Amounts): Amounts {
  const larger: Record<string, number> = { ...a };
  for (const resource of Object.keys(b)) larger[resource] = Math.max(larger[resource] ?? 0, b[resource]!);
  return larger;
}

/** In words for people: `2 CPU, 4Gi, 1 nvidia.com/gpu`; what is 0 and the resource `pods` are left out. */
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
