/** The part of a PeerGroup's status that is about the links between its peers. */
import * as z from 'zod';

const time = () => z.iso.datetime();
const name = () => z.string().max(253);

const link = {
  from: name().describe('Name of the pinging peer.'),
  to: name().describe('Name of the target.'),
};

const failing = z
  .object({
    ...link,
    since: time().describe('Time of the first of the consecutive failures.'),
    reason: z
      .string()
      .max(512)
      .describe('Cause: the state of the pod or its node, if it explains the failure, and the error of the ping.'),
  })
  .describe('A link that is down.');

const outage = z
  .object({
    ...link,
    start: time().describe('Time of the first failure.'),
    end: time().optional().describe('Time at which the link recovered. Not set while it is down.'),
    reason: z.string().max(512).describe('Last known cause.'),
  })
  .describe('A period during which a link was down.');

export const connectivity = z
  .object({
    summary: z.string().max(32).describe('Links that are up, out of all links, such as 20/20.'),
    links: z.int().min(0).describe('Number of links defined by the topology and peers.'),
    up: z.int().min(0).describe('Number of links that are up.'),
    down: z.int().min(0).describe('Number of links that are down and not explained by a planned change.'),
    p50: z.string().max(32).optional().describe('Median ping latency over the last five minutes (approximate).'),
    p99: z
      .string()
      .max(32)
      .optional()
      .describe('99th percentile of ping latency over the last five minutes (approximate).'),
    worst: z
      .object({
        ...link,
        p99: z.string().max(32).describe('99th percentile of its ping latency (approximate).'),
        lossPercent: z
          .int()
          .min(0)
          .max(100)
          .optional()
          .describe(
            'Percentage of its pings that failed over the last five minutes. Not set if the peer does not report it.',
          ),
      })
      .optional()
      .describe('The link with the highest packet loss; ties are broken by p99.'),
    lastReport: time().optional().describe('Time of the last update of connectivity.'),
    failing: z.array(failing).max(10).optional().describe('Up to ten links that are down, oldest first.'),
    outages: z.array(outage).max(10).optional().describe('The last ten outages, most recent last.'),
  })
  .describe('State of the links.');

export type Connectivity = z.output<typeof connectivity>;
export type FailingLink = z.output<typeof failing>;
export type Outage = z.output<typeof outage>;
export type WorstLink = NonNullable<Connectivity['worst']>;
