const BINARY: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d{1,3}))?$/;

/** The smallest unit that a quantity can express: nano. */
const NANO = 9;

/**
 * Parses a resource quantity such as `100m`, `0.5`, `1Gi`, `2e3` (k8s.io/apimachinery/pkg/api/resource).
 *
 * @returns billionths, rounded up as the API server does; undefined when the text is no quantity
 */
export function tryParseQuantity(text: string | number): bigint | undefined {
  const match = QUANTITY.exec(String(text));
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', binary, decimal = '', exponent] = match;
  if (whole === '' && fraction === '') return undefined;
  const power = NANO - fraction.length + (exponent === undefined ? (DECIMAL[decimal] ?? 0) : Number(exponent));
  let value = BigInt(whole + fraction) * (binary === undefined ? 1n : 1024n ** BigInt(BINARY[binary]!));
  if (power >= 0) value *= 10n ** BigInt(power);
  else value = (value + 10n ** BigInt(-power) - 1n) / 10n ** BigInt(-power);
  return sign === '-' ? -value : value;
}
