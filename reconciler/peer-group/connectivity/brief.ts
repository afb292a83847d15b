import * as z from 'zod/mini';
import { printable } from '../../../constructs/printable.ts';
import { MAX_PEERS } from '../../../server/config/schema.ts';
import { MAX_REASON } from '../../../server/ping-result.ts';

/** Text that ends up in conditions, Events and logs. */
const text = (maxLength: number) => z.string().check(z.maxLength(maxLength), z.overwrite(printable));
/** Of a config that was rejected: cut where it is shown. */
const MAX_ERROR = 65_536;

const name = text(253);
const hash = z.string().check(z.maxLength(64));
/** More than any peer has; a report is never larger than what it is about. */
const MAX_ACCEPTED = 1_024;
const MAX_BUCKETS = 1_024;
const count = z.int().check(z.gte(0));

const notUp = z.object({
  peer: name,
  state: z.enum(['Pending', 'Up', 'Down', 'Unresolved']),
  draining: z.boolean(),
  since: z.iso.datetime(),
  lastReply: z.optional(z.iso.datetime()),
  phase: z.optional(text(32)),
  code: z.optional(text(64)),
  reason: z.optional(text(MAX_REASON)),
});

const brief = z.object({
  name,
  draining: z.boolean(),
  config: z.object({ hash, error: z.optional(text(MAX_ERROR)) }),
  tls: z.optional(z.object({ certificate: hash, accepted: z.array(hash).check(z.maxLength(MAX_ACCEPTED)) })),
  counts: z.object({ links: count, up: count, down: count, pending: count, unresolved: count }),
  notUp: z.array(notUp).check(z.maxLength(MAX_PEERS)),
  worst: z.optional(
    z.object({
      peer: name,
      p99: z.number().check(z.gte(0)),
      // Older peers do not report it.
      lossPercent: z.optional(z.number().check(z.gte(0), z.lte(100))),
    }),
  ),
  latency: z.array(z.tuple([count, count])).check(z.maxLength(MAX_BUCKETS)),
});

/** The part of a peer's `/report/brief` that the operator reads; see server/brief.ts. */
export type Brief = z.infer<typeof brief>;
export type NotUp = Brief['notUp'][number];

/** @returns undefined when the text is no report: whoever answered there is none of our peers */
export function tryParseBrief(text: string): Brief | undefined {
  try {
    return brief.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
