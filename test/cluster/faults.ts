import { run } from './command.ts';
import { bridgePort } from './host-network.ts';
import type { NetworkPlan } from './network-plan.ts';

const TABLE = 'rollcall_faults';

/** Traffic that is to vanish: frames from one node to another, nodes by number. */
export interface Cut {
  readonly from: number;
  readonly to: number;
  /** Only what is sent to this TCP port: requests vanish, answers to the other side's requests don't. */
  readonly port?: number | undefined;
}

/**
 * Drops what goes from one node to another on the bridge, in addition to earlier cuts; both still reach the control
 * plane, and nothing inside the nodes changes.
 */
export async function dropTraffic(plan: NetworkPlan, cuts: readonly Cut[]): Promise<void> {
  const rules = cuts.map(
    ({ from, to, port }) =>
      `add rule bridge ${TABLE} cuts iifname "${bridgePort(from)}" oifname "${bridgePort(to)}" ${port === undefined ? '' : `tcp dport ${port} `}counter drop`,
  );
  const chain = `add chain bridge ${TABLE} cuts { type filter hook forward priority 0; }`;
  await nft(plan, [`add table bridge ${TABLE}`, chain, ...rules].join('\n'));
}

/** Undoes every cut; without one nothing happens. */
export async function restoreTraffic(plan: NetworkPlan): Promise<void> {
  await nft(plan, `add table bridge ${TABLE}\ndelete table bridge ${TABLE}`);
}

async function nft(plan: NetworkPlan, script: string): Promise<void> {
  await run('nsenter', [`--net=/run/netns/${plan.link}`, 'nft', '-f', '-'], { input: `${script}\n` });
}
