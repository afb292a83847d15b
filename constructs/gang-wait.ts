import type { k8s } from 'cdk8s-plus-28';
import type { CompleteComputeJobSpec } from './crds/compute-job.ts';
import { gangDomain, gangHostname } from './gang-names.ts';

/**
 * Names that one pod asks for at most, from its own on. All names of a gang are in one object, so those who serve one of them serve all;
 * in a large gang each name is still asked for by this many pods, and cluster DNS gets no square of the gang's size.
 */
const MAX_NAMES = 100;

/** Whether a job's pods wait for the names of their gang before their command starts. */
export function waitsForHosts({ waitForHosts, parallelism }: CompleteComputeJobSpec): boolean {
  return waitForHosts ?? parallelism > 1;
}

/**
 * Waits until the file has names and addresses, then until each name resolves to its address. Asked too early a DNS cache would remember
 * that there is no such name, or the address of a former pod. What nslookup prints differs; the address as a word is in all of it.
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

/** What the pod of an index asks cluster DNS before its command starts: a name and an address each line. */
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
