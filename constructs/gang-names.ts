/** Names that begin with the name of a ComputeJob. */
import { contentHash } from './content-hash.ts';

/** The headless Service with a selector: of gangs outside a cluster's operator, and of those that version 0.1.0 started. */
export function gangService(job: string): string {
  return `${job}-gang`;
}

/**
 * The headless Service of one attempt. Its name is unique among the attempts of this and earlier jobs of the same name, because DNS caches
 * may still have their addresses.
 *
 * @param uid of the job
 */
export function attemptService(job: string, attempt: number, uid: string): string {
  return `${gangService(job)}-${attempt}-${contentHash(uid).slice(0, 5)}`;
}

/** One pod of one attempt. */
export function gangPod(job: string, attempt: number, index: number): string {
  return `${gangService(job)}-${attempt}-${index}`;
}

/** Host name of an index: the same in every attempt. */
export function gangHostname(job: string, index: number): string {
  return `${job}-${index}`;
}

/** DNS name of an index within the job's namespace. */
export function gangHost(job: string, index: number, service: string): string {
  return `${gangHostname(job, index)}.${service}`;
}

/** DNS domain of a gang's hosts. */
export function gangDomain(service: string, namespace: string, clusterDomain: string): string {
  return `${service}.${namespace}.svc.${clusterDomain}`;
}

/** DNS names of a gang of this size, in the order of the indexes. */
export function gangHosts(job: string, size: number, service: string): string[] {
  return Array.from({ length: size }, (_, index) => gangHost(job, index, service));
}

/** What ROLLCALL_HOSTS_FILE shows: a name each line. */
export function hostsFile(job: string, size: number, service: string): string {
  return lines(gangHosts(job, size, service));
}

/** What ROLLCALL_HOSTFILE shows: short names with slots, as Open MPI's `mpirun --hostfile` takes it. */
export function slotsFile(job: string, size: number, slots: number): string {
  return lines(Array.from({ length: size }, (_, index) => `${gangHostname(job, index)} slots=${slots}`));
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
