import type { k8s } from 'cdk8s-plus-28';
import type { CompleteComputeJobSpec } from './crds/compute-job.ts';
import { gangDomain, gangHostname } from './gang-names.ts';

/**
 * Number of names that one pod looks up at most, starting with its own. All names of a gang are in one object, so a server that has one
 * has all; in a large gang each name is still looked up by this many pods, and the number of lookups doesn't grow with the square of
 * the size.
 */
const MAX_NAMES = 100;

/** Whether the pods of a job wait for the host names of their gang before their command starts. */
export function waitsForHosts({ waitForHosts, parallelism }: CompleteComputeJobSpec): boolean {
  return waitForHosts ?? parallelism > 1;
}

/**
 * Waits until the file has names and addresses, then until each name resolves to its address. A lookup that is too early makes DNS caches
 * remember that the name doesn't exist, or an old address. The output of nslookup varies; the address is always a word of it.
 */
const SCRIPT = `trap 'exit 143' TERM
resolved() {
  while read -r host address; do
    case " $(echo $(nslookup "$host" 2>&1 </dev/null)) " in
      *" $address "*) ;;
      *) echo "waiting for $host to resolve to $address"; return 1 ;;
    esac
  done <"$1"
}
[ -s "$1" ] || echo "waiting for the addresses of the gang"
until [ -s "$1" ]; do sleep 0.1 2>/dev/null || sleep 1; done
until resolved "$1"; do sleep 1; done
`;

/** The first init container of a pod that waits, without its volumes. @param file where the pod sees {@link addressesFile} */
export function waitContainer(image: string, file: string, resources: k8s.ResourceRequirements | undefined) {
  return {
    name: 'wait-for-hosts',
    image,
    command: ['sh', '-c', SCRIPT, 'wait-for-hosts', file],
    ...(resources && { resources }),
  };
}

export interface PublishedHost {
  readonly index: number;
  readonly addresses: readonly string[];
}

/** Where the names of a gang are. */
export interface GangPlace {
  readonly job: string;
  readonly namespace: string;
  readonly service: string;
  readonly clusterDomain: string;
}

/** What the pod of an index looks up before its command starts: a name and an address per line. */
export function addressesFile(
  { job, namespace, service, clusterDomain }: GangPlace,
  hosts: readonly PublishedHost[],
  index: number,
): string {
  const domain = gangDomain(service, namespace, clusterDomain);
  const own = Math.max(
    0,
    hosts.findIndex((host) => host.index === index),
  );
  const asked = [...hosts.slice(own), ...hosts.slice(0, own)].slice(0, MAX_NAMES);
  return asked
    .flatMap((host) => host.addresses.map((address) => `${gangHostname(job, host.index)}.${domain}. ${address}\n`))
    .join('');
}
