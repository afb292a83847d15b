/** What a PeerGroup's status says of the links between its peers. */
import * as z from 'zod';

const time = () => z.iso.datetime();
const name = () => z.string().max(253);

const link = {
  from: name().describe('The peer that pings.'),
  to: name().describe('The peer that is pinged.'),
};

const failing = z
  .object({
    ...link,
    since: time().describe('When the first of the failures in a row was seen.'),
    reason: z
      .string()
      .max(512)
      .describe('Why: what the pod or its node is going through, and what was seen on the wire.'),
  })
  .describe('A link that does not work.');

const outage = z
  .object({
    ...link,
    start: time().describe('When the first failure was seen.'),
    end: time().optional().describe('When the link worked again. Unset: it does not yet.'),
    reason: z.string().max(512).describe('Why, as far as it was known at the end.'),
  })
  .describe('A time during which a link did not work.');

export const connectivity = z
  .object({
    summary: z.string().max(32).describe('Links that work, of all: 20/20.'),
    links: z.int().min(0).describe('Links that the topology and peers ask for.'),
    up: z.int().min(0).describe('Links whose last ping was answered.'),
    down: z.int().min(0).describe('Links that do not work although nothing planned explains it.'),
    p50: z.string().max(32).optional().describe('Half of the pings of the last five minutes were faster, about.'),
    p99: z.string().max(32).optional().describe('99 of 100 pings of the last five minutes were faster, about.'),
    worst: z
      .object({
        ...link,
        p99: z.string().max(32).describe('99 of 100 of its pings were faster, about.'),
        lossPercent: z
          .int()
          .min(0)
          .max(100)
          .optional()
          .describe(
            'Percentage of its pings of the last five minutes that failed. Unset: its peer does not report it.',
          ),
      })
      .optional()
      .describe('The link that lost the largest share of its pings; of several, the slowest.'),
    lastReport: time().optional().describe('When this was last written.'),
    failing: z.array(failing).max(10).optional().describe('Links that do not work, the oldest first, at most ten.'),
    outages: z.array(outage).max(10).optional().describe('The last ten outages, the latest last.'),
  })
  .describe('What reaches what.');

export type Connectivity = z.output<typeof connectivity>;
export type FailingLink = z.output<typeof failing>;
export type Outage = z.output<typeof outage>;
export type WorstLink = NonNullable<Connectivity['worst']>;
