import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';

/** What a cluster shows of itself on the machine, kind by kind; empty lists when it has left nothing. */
export interface Traces {
  readonly processes: string[];
  readonly links: string[];
  readonly routes: string[];
  readonly cgroups: string[];
  readonly mounts: string[];
  readonly files: string[];
}

/**
 * Looks for traces of one cluster.
 *
 * @param dir its folder of state
 * @param link its network namespace and link, which also begin its control groups' names
 */
export function tracesOf(dir: string, link: string): Traces {
  return {
    processes: readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .map(commandLine)
      .filter((command) => command.includes(`${dir}/`)),
    links: [...lines('ip', ['-oneline', 'link', 'show']), ...lines('ip', ['netns', 'list'])].filter((line) =>
      new RegExp(`\\b${link}\\b`).test(line),
    ),
    routes: lines('ip', ['route', 'show', 'table', 'all']).filter((line) => new RegExp(`\\b${link}\\b`).test(line)),
    cgroups: globSync([`/sys/fs/cgroup/${link}-*`, `/sys/fs/cgroup/*/${link}-*`]),
    mounts: readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(`/${link} `) || line.includes(dir)),
    files: existsSync(dir) ? readdirSync(dir) : [],
  };
}

/** The machine's own settings that Kubernetes programs like to change. */
export function machineSettings(): Record<string, string> {
  const names = [
    ...['net/ipv4/ip_forward', 'net/ipv4/conf/all/rp_filter', 'net/ipv4/conf/all/route_localnet'],
    ...['net/netfilter/nf_conntrack_max', 'net/bridge/bridge-nf-call-iptables'],
    ...['vm/overcommit_memory', 'vm/panic_on_oom', 'kernel/panic', 'kernel/panic_on_oops'],
    ...['kernel/keys/root_maxkeys', 'kernel/keys/root_maxbytes'],
  ];
  const present = names.filter((name) => existsSync(`/proc/sys/${name}`));
  return Object.fromEntries(present.map((name) => [name, readFileSync(`/proc/sys/${name}`, 'utf8').trim()]));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it has just ended
  }
}

function lines(command: string, args: readonly string[]): string[] {
  return execFileSync(command, args, { encoding: 'utf8' }).split('\n');
}
