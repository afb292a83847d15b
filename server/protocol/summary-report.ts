import * as z from 'zod/mini';
import { printable } from '../../constructs/printable.ts';
import { MAX_PEERS, MAX_REASON } from './limits.ts';

/** Text that ends up in conditions, Events and logs. */
const text = (maxLength: number) => z.string().check(z.maxLength(maxLength), z.overwrite(printable));
/** Of a config that was rejected: truncated where it is shown. */
const MAX_ERROR = 65_536;
/** More than any peer has; a report is never larger than what it is about. */
const MAX_ACCEPTED = 1_024;
const MAX_BUCKETS = 1_024;

const name = text(253);
const hash = z.string().check(z.maxLength(64));
const count = z.int().check(z.gte(0));

/** A link that isn't Up, or whose peer is draining. */
const linkNotUp = z.object({
  peer: name,
  state: z.enum(['Pending', 'Up', 'Down', 'Unresolved']),
  draining: z.boolean(),
  /** Since when it is in this state; for a Down link, when its first failure was seen. */
  since: z.iso.datetime(),
  /** Missing while there has been none. */
  lastReply: z.optional(z.iso.datetime()),
  /** Of the last failure, where there is one. */
  phase: z.optional(text(32)),
  code: z.optional(text(64)),
  reason: z.optional(text(MAX_REASON)),
});

const summaryReport = z.object({
  name,
  version: z.optional(text(256)),
  draining: z.boolean(),
  /** `error`: why the config file as it stands is not in use. */
  config: z.object({ hash, error: z.optional(text(MAX_ERROR)) }),
  /** With https: hashes of this server's certificate, and of every set of CAs and certificates that it accepts. */
  tls: z.optional(z.object({ certificate: hash, accepted: z.array(hash).check(z.maxLength(MAX_ACCEPTED)) })),
  counts: z.object({ links: count, up: count, down: count, pending: count, unresolved: count }),
  /** How many members of the group should ping this one, and how many did within the last interval and timeout. */
  askers: z.optional(z.object({ expected: count, seen: count })),
  notUp: z.array(linkNotUp).check(z.maxLength(MAX_PEERS)),
  /**
   * Over the last five minutes: the link that lost the largest share of its pings, in whole percent; of several the one with
   * the highest p99, in milliseconds.
   */
  worst: z.optional(
    z.object({
      peer: name,
      p99: z.number().check(z.gte(0)),
      // Older peers do not report it.
      lossPercent: z.optional(z.number().check(z.gte(0), z.lte(100))),
    }),
  ),
  /** All links' latencies over the last five minutes: [bucket, count] for every bucket of LATENCY_BOUNDS_MS that has any. */
  latency: z.array(z.tuple([count, count])).check(z.maxLength(MAX_BUCKETS)),
});

type Immutable<T> = { readonly [K in keyof T]: Immutable<T[K]> };

/**
 * What `GET /report/brief` answers: all that the operator needs of a peer, in the size of what isn't well. Peers build it and the
 * operator reads it by this one schema; a field that an older peer doesn't send is optional.
 */
export type SummaryReport = Immutable<z.infer<typeof summaryReport>>;
export type LinkNotUp = SummaryReport['notUp'][number];

/** @returns undefined when the text is no report: whoever answered isn't one of our peers */
export function tryParseSummaryReport(text: string): SummaryReport | undefined {
  try {
    return summaryReport.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
