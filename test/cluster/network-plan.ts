import { contentHash } from '../../constructs/content-hash.ts';
import { ClusterError } from './errors.ts';
import { hostAddress, overlap, subnet } from './ipv4.ts';

/** At most this many nodes a cluster: each has a /24 of the pod network. */
export const MAX_NODES = 4;

/** The names and address ranges of one cluster on this machine; everything follows from the index. */
export interface NetworkPlan {
  readonly index: number;
  /** Name of the network namespace that holds the bridge, and of the host's link into it. */
  readonly link: string;
  readonly nodeCidr: string;
  readonly podCidr: string;
  readonly serviceCidr: string;
  /** The host on the nodes' network: here the API server listens. */
  readonly gateway: string;
  /** Address of the cluster's DNS Service. */
  readonly dns: string;
}

/** An address range that this machine uses already, and for what. */
export interface UsedRange {
  readonly cidr: string;
  readonly by: string;
}

const PLANS = 64;

export function networkPlan(index: number): NetworkPlan {
  const nodeCidr = `172.30.${index}.0/24`;
  const serviceCidr = `10.96.${4 * index}.0/22`;
  return {
    index,
    link: `rollcall${index}`,
    nodeCidr,
    podCidr: `10.244.${4 * index}.0/22`,
    serviceCidr,
    gateway: hostAddress(nodeCidr, 1),
    dns: hostAddress(serviceCidr, 10),
  };
}

/** Address of a node; nodes are counted from 1. */
export function nodeAddress(plan: NetworkPlan, node: number): string {
  return hostAddress(plan.nodeCidr, 10 + node);
}

/** The pods' network of a node. */
export function nodePodCidr(plan: NetworkPlan, node: number): string {
  return subnet(plan.podCidr, 24, node - 1);
}

/** Where the search for a free plan begins: the same name asks for the same ranges on every machine. */
export function preferredIndex(name: string): number {
  return Number.parseInt(contentHash(name).slice(0, 8), 16) % PLANS;
}

/**
 * Finds ranges that this machine doesn't use, from the name's own ones on.
 *
 * @param links names of the network links and namespaces that are there
 * @returns the plan and a sentence about the ranges that were passed over, if any
 * @throws ClusterError ERR_NO_FREE_RANGE naming what is in the way
 */
export function chooseNetwork(
  name: string,
  used: readonly UsedRange[],
  links: ReadonlySet<string>,
): { readonly plan: NetworkPlan; readonly note?: string } {
  const first = preferredIndex(name);
  let note: string | undefined;
  for (let i = 0; i < PLANS; i++) {
    const plan = networkPlan((first + i) % PLANS);
    const problem = conflict(plan, used, links);
    if (!problem) return note === undefined ? { plan } : { plan, note: `${note}; using ${plan.nodeCidr} instead` };
    note ??= problem;
  }
  throw new ClusterError(
    'ERR_NO_FREE_RANGE',
    `Every address range that a cluster could use is taken: ${note}. Stop what uses it (a VPN?) or run this elsewhere`,
  );
}

/** @throws ClusterError ERR_IN_USE when a plan that a cluster was made with can't be used (any more) */
export function assertUsable(plan: NetworkPlan, used: readonly UsedRange[], links: ReadonlySet<string>): void {
  const problem = conflict(plan, used, links);
  if (problem) throw new ClusterError('ERR_IN_USE', `The cluster's network can't be made: ${problem}`);
}

function conflict(plan: NetworkPlan, used: readonly UsedRange[], links: ReadonlySet<string>): string | undefined {
  if (links.has(plan.link)) return `network link ${plan.link} is another cluster's`;
  for (const cidr of [plan.nodeCidr, plan.podCidr, plan.serviceCidr]) {
    const taken = used.find((range) => overlap(range.cidr, cidr));
    if (taken) return `${cidr} is in use (${taken.by})`;
  }
  return undefined;
}
