import { formatDuration, tryParseDuration } from '../../constructs/duration.ts';
import { UsageError } from '../../server/process/command-line.ts';
import { FLAGS, type FlagName, type FlagSpec } from './table.ts';

/** Values of flags by name, as they were typed. */
export type TypedFlags = Readonly<Partial<Record<FlagName, string>>>;

/** Reads flags by name: a flag takes precedence over its environment variable, and that over the default. */
export class FlagValues {
  readonly #typed: TypedFlags;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(typed: TypedFlags, env: Readonly<Record<string, string | undefined>>) {
    this.#typed = typed;
    this.#env = env;
  }

  /** Undefined: set nowhere, and there is no default. */
  text(name: FlagName): string | undefined {
    const spec: FlagSpec = FLAGS[name];
    return this.#typed[name] ?? (this.#env[spec.env] || spec.default);
  }

  /** @throws {UsageError} */
  integer(name: FlagName, min: number, max: number): number {
    const value = this.text(name) ?? '';
    if (!/^\d+$/.test(value) || Number(value) < min || Number(value) > max) {
      throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, not "${value}"`);
    }
    return Number(value);
  }

  /** @param min milliseconds, like `max` and the result. @throws {UsageError} */
  duration(name: FlagName, min: number, max: number): number {
    const ms = tryParseDuration(this.text(name) ?? '');
    if (ms === undefined || ms < min || ms > max) {
      const bounds = `${formatDuration(min)} to ${formatDuration(max)}`;
      throw new UsageError(`--${name} must be a duration from ${bounds}, such as 10m, not "${this.text(name)}"`);
    }
    return ms;
  }

  /** @throws {UsageError} */
  boolean(name: FlagName): boolean {
    return this.oneOf(name, ['true', 'false']) === 'true';
  }

  /** @throws {UsageError} */
  oneOf<const T extends string>(name: FlagName, known: readonly T[]): T {
    const value = known.find((each) => each === this.text(name));
    if (value !== undefined) return value;
    const list = known.length === 2 ? known.join(' or ') : `one of ${known.join(', ')}`;
    throw new UsageError(`--${name} must be ${list}, not "${this.text(name)}"`);
  }
}
