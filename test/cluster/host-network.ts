import { run } from './command.ts';
import { MAX_NODES, type NetworkPlan, nodeAddress, nodePodCidr, type UsedRange } from './network-plan.ts';

/** One machine, one network: whoever chooses ranges or looks whether others are there holds this lock meanwhile. */
export const NETWORK_LOCK = '/run/lock/rollcall-network.lock';

const BRIDGE = 'nodes';

/** What this machine's links, addresses and routes (of all tables) occupy. */
export async function usedNetworks(): Promise<{ ranges: UsedRange[]; links: Set<string> }> {
  const [routes, addresses] = await Promise.all([
    ip<{ dst: string; dev?: string; type?: string }>('-4', 'route', 'show', 'table', 'all'),
    ip<{ ifname: string; addr_info?: { local?: string; prefixlen?: number }[] }>('-4', 'address', 'show'),
  ]);
  const links = await ip<{ ifname: string }>('link', 'show');
  const namespaces = await ip<{ name: string }>('netns', 'list');
  return {
    ranges: [
      ...routes
        .filter(({ dst }) => dst !== 'default')
        .map(({ dst, dev, type }) => ({ cidr: dst, by: `route to ${dst}${dev ? ` on ${dev}` : ` (${type})`}` })),
      ...addresses.flatMap(({ ifname, addr_info = [] }) =>
        addr_info.map(({ local, prefixlen }) => ({ cidr: `${local}/${prefixlen}`, by: `address of ${ifname}` })),
      ),
    ],
    links: new Set([...links.map((link) => link.ifname), ...namespaces.map((namespace) => namespace.name)]),
  };
}

/**
 * Makes the wire between host and nodes: a bridge in a network namespace of its own, out of reach of whatever firewall
 * the host has for bridged traffic (Docker's drops it), and one link into it, which carries the host's address there.
 */
export async function createNetwork(plan: NetworkPlan): Promise<void> {
  const { link, gateway } = plan;
  await run('ip', ['netns', 'add', link]);
  await run('ip', ['-n', link, 'link', 'add', BRIDGE, 'type', 'bridge']);
  await run('ip', ['-n', link, 'link', 'set', BRIDGE, 'up']);
  await run('ip', ['link', 'add', link, 'type', 'veth', 'peer', 'name', 'host', 'netns', link]);
  await run('ip', ['-n', link, 'link', 'set', 'host', 'master', BRIDGE, 'up']);
  await run('ip', ['address', 'add', `${gateway}/24`, 'dev', link]);
  await run('ip', ['link', 'set', link, 'up']);
  for (let node = 1; node <= MAX_NODES; node++) {
    await run('ip', ['route', 'add', nodePodCidr(plan, node), 'via', nodeAddress(plan, node), 'dev', link]);
  }
  // The host reaches Services through the first node's kube-proxy.
  await run('ip', ['route', 'add', plan.serviceCidr, 'via', nodeAddress(plan, 1), 'dev', link]);
}

/** Whether the cluster's network is there. */
export async function networkExists(plan: NetworkPlan): Promise<boolean> {
  const namespaces = await ip<{ name: string }>('netns', 'list');
  return namespaces.some((namespace) => namespace.name === plan.link);
}

/** Plugs a node in: its process's network namespace gets `eth0`, the bridge the other end. */
export async function plugIn(plan: NetworkPlan, node: number, pid: number): Promise<void> {
  const { link } = plan;
  const port = bridgePort(node);
  // The port of a node that was killed goes with its namespace, but the kernel takes its time.
  await run('ip', ['-n', link, 'link', 'delete', port]).catch(() => {});
  const peer = ['peer', 'name', 'eth0', 'netns', String(pid)];
  await run('ip', ['-n', link, 'link', 'add', port, 'type', 'veth', ...peer]);
  await run('ip', ['-n', link, 'link', 'set', port, 'master', BRIDGE, 'up']);
}

/** A node's port on the bridge. */
export function bridgePort(node: number): string {
  return `node${node}`;
}

/** Takes it all away: routes and addresses go with the link, the bridge, its ports and faults with the namespace. */
export async function removeNetwork(plan: NetworkPlan): Promise<void> {
  if (!(await networkExists(plan))) return;
  await run('ip', ['link', 'delete', plan.link]).catch(() => {}); // a half-made network has no link yet
  await run('ip', ['netns', 'delete', plan.link]);
}

async function ip<T>(...args: string[]): Promise<T[]> {
  const out = await run('ip', ['-json', ...args]);
  return out.trim() === '' ? [] : (JSON.parse(out) as T[]);
}
