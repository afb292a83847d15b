const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;

/** The same grammar for JSON schemas: one or more number-unit pairs, units ms, s, m, h. */
export const DURATION_PATTERN = '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$';

const WHOLE = new RegExp(DURATION_PATTERN);

/**
 * Parses a Go-style duration such as `1m`, `1m30s`, `100ms`, `1.5h`.
 *
 * @returns milliseconds, or undefined when the text is no duration
 */
export function tryParseDuration(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(PART)) total += Number(amount) * UNITS[unit as string]!;
  return total;
}

/** Formats milliseconds the way Go does for whole units: `1m30s`, `100ms`, `5s`, `0s`. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms);
  if (rest === 0) return '0s';
  let out = '';
  for (const unit of ['h', 'm', 's', 'ms'] as const) {
    const n = Math.floor(rest / UNITS[unit]!);
    if (n > 0) out += `${n}${unit}`;
    rest -= n * UNITS[unit]!;
  }
  return out;
}
