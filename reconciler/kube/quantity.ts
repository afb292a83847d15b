/** Resource quantities (k8s.io/apimachinery/pkg/api/resource): parsing, conversion to whole amounts, formatting. */

/** Largest first. */
const BINARY_SUFFIXES = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'] as const;

/** A quantity as manifests write it. */
export type Quantity = string | number;

/**
 * The largest amount: 32 TiB, or 35 million cores. Larger ones count as this one. Sums of 256 such amounts are exact whole numbers, so
 * what is added can be subtracted again.
 */
export const MAX_AMOUNT = 2 ** 45;

/**
 * The amount of a quantity in whole units, rounded up as the scheduler does: thousandths of a core for `cpu`,
 * bytes, or pieces for everything else; from 0 to {@link MAX_AMOUNT}. Text that is no quantity (the API server lets none
 * pass) counts as 0.
 */
export function amountOf(resource: string, quantity: Quantity): number {
  const unit = resource === 'cpu' ? 1_000_000n : 1_000_000_000n;
  const billionths = tryParseQuantity(quantity) ?? 0n;
  return Math.min(MAX_AMOUNT, Math.max(0, Number((billionths + unit - 1n) / unit)));
}

/** The amount as a quantity: `1500m`, `2`, `4Gi`. */
export function quantityOf(resource: string, amount: number): string {
  if (resource === 'cpu') return amount % 1000 === 0 ? String(amount / 1000) : `${amount}m`;
  if (resource !== 'memory' && resource !== 'ephemeral-storage' && !resource.startsWith('hugepages-')) {
    return String(amount);
  }
  for (const [index, suffix] of BINARY_SUFFIXES.entries()) {
    const size = 1024 ** (BINARY_SUFFIXES.length - index);
    if (amount > 0 && amount % size === 0) return `${amount / size}${suffix}`;
  }
  return String(amount);
}

const BINARY_POWERS: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };
const DECIMAL_POWERS: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d{1,9}))?$/;
/** Longer text is not parsed: the API server's own quantities have at most 20 digits. */
const MAX_LENGTH = 1_024;

/** The smallest unit that a quantity can express: nano. */
const NANO = 9;
/** The API server reduces larger quantities to this one. */
const MAX_BILLIONTHS = (2n ** 63n - 1n) * 10n ** BigInt(NANO);

/**
 * Parses a resource quantity such as `100m`, `0.5`, `1Gi`, `2e3` (k8s.io/apimachinery/pkg/api/resource).
 *
 * @returns billionths, rounded up and limited as the API server does; undefined when the text is no quantity, or longer than
 *   1,024 characters
 */
export function tryParseQuantity(text: string | number): bigint | undefined {
  if (String(text).length > MAX_LENGTH) return undefined;
  const match = QUANTITY.exec(String(text));
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', binary, decimal = '', exponent] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(whole + fraction);
  const power = NANO - fraction.length + (exponent === undefined ? (DECIMAL_POWERS[decimal] ?? 0) : Number(exponent));
  const value = limited(scaled(digits * (binary === undefined ? 1n : 1024n ** BigInt(BINARY_POWERS[binary]!)), power));
  return sign === '-' ? -value : value;
}

/** `value` × 10^`power`, rounded up; no power is computed that only the limit or a rounded-up 1 can come of. */
function scaled(value: bigint, power: number): bigint {
  if (value === 0n) return 0n;
  if (power >= 0) return power > 40 ? MAX_BILLIONTHS : value * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(Math.min(-power, 2 * MAX_LENGTH));
  return (value + divisor - 1n) / divisor;
}

function limited(value: bigint): bigint {
  return value > MAX_BILLIONTHS ? MAX_BILLIONTHS : value;
}
