/** DNS names of a group's peers and Services, and the names that its certificates carry. */
export interface GroupPlace {
  readonly name: string;
  readonly namespace: string;
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
}

/** What the name of a client Service has after the group's. No new group may have a name that ends like this. */
export const CLIENT_SERVICE_SUFFIX = '-svc';

/** Name of the client Service. */
export function clientServiceName(group: string): string {
  return `${group}${CLIENT_SERVICE_SUFFIX}`;
}

/** The stable name by which every peer of the group is verified, whichever pod and address it has. */
export function serverNameOf({ name, namespace }: Pick<GroupPlace, 'name' | 'namespace'>): string {
  return `${name}.${namespace}.svc`;
}

/** What the peers of a group with placement Replicas are called: as their pods. */
export function peerName(group: string, index: number): string {
  return `${group}-${index}`;
}

/** Absolute, as a hostlist of all peers of a group with placement Replicas. */
export function peerHosts({ name, namespace, clusterDomain }: GroupPlace, replicas: number): string {
  const numbers = replicas === 1 ? '0' : `[0-${replicas - 1}]`;
  return `${name}-${numbers}.${name}.${namespace}.svc.${clusterDomain}.`;
}

/** Absolute. */
export function clientServiceHost({ name, namespace, clusterDomain }: GroupPlace): string {
  return `${clientServiceName(name)}.${namespace}.svc.${clusterDomain}.`;
}

/**
 * Every name under which clients may know a peer of the group or its Services.
 *
 * @param taken Services of these names are another group's
 */
export function certificateNames(
  { name, namespace, clusterDomain }: GroupPlace,
  taken: readonly string[] = [],
): string[] {
  const own = [name, clientServiceName(name)].filter((service) => !taken.includes(service));
  const services = own.flatMap((service) => [
    `${service}.${namespace}.svc`,
    `${service}.${namespace}.svc.${clusterDomain}`,
    `${service}.${namespace}`,
  ]);
  const peers = ['', `.${clusterDomain}`].map((domain) => `*.${name}.${namespace}.svc${domain}`);
  return [...services, ...peers];
}
