/** Names that a ComputeJob's name is the beginning of. */

/** The headless Service by which the gang's pods find each other. */
export function gangService(job: string): string {
  return `${job}-gang`;
}

/** One pod of one attempt. */
export function gangPod(job: string, attempt: number, index: number): string {
  return `${gangService(job)}-${attempt}-${index}`;
}

/** DNS name of an index within the job's namespace: the same in every attempt. */
export function gangHost(job: string, index: number): string {
  return `${gangHostname(job, index)}.${gangService(job)}`;
}

/** Host name of an index. */
export function gangHostname(job: string, index: number): string {
  return `${job}-${index}`;
}

/** DNS names of a gang of this size, in the order of the indexes. */
export function gangHosts(job: string, size: number): string[] {
  return Array.from({ length: size }, (_, index) => gangHost(job, index));
}

/** What ROLLCALL_HOSTS_FILE shows: a line each, as MPI's and torchrun's host files have it. */
export function hostsFile(job: string, size: number): string {
  return gangHosts(job, size)
    .map((host) => `${host}\n`)
    .join('');
}
