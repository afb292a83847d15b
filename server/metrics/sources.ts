import type { X509Certificate } from 'node:crypto';
import type { Link } from '../links/link.ts';

/** What a scrape asks of the server. */
export interface MetricsSources {
  readonly version: string;
  links(): Iterable<Link>;
  /** Pings that could not be sent, by code. */
  proberErrors(): ReadonlyMap<string, number>;
  askers(): { readonly expected: number; readonly seen: number };
  /** Monotonic milliseconds. */
  now(): number;
  /** `loadedAt` in milliseconds since the epoch, as the wall clock stands now. */
  config(): {
    readonly hash: string;
    readonly loadedAt: number;
    readonly ageMs: number;
    readonly refused: boolean;
    readonly intervalMs: number;
  };
  /** Number of lines of the log that found no room. */
  linesLost(): number;
  /** The certificate that this server shows now; undefined without TLS. */
  certificate(): Pick<X509Certificate, 'validFromDate' | 'validToDate'> | undefined;
}
