const DEFAULT = 'cluster.local';

/**
 * Reads the cluster's DNS domain from a Pod's resolv.conf: its search list has `svc.DOMAIN`.
 *
 * @returns `cluster.local` when the text has no such entry (the operator runs outside of the cluster)
 */
export function clusterDomainOf(resolvConf: string): string {
  for (const line of resolvConf.split('\n')) {
    const [keyword, ...domains] = line.trim().split(/\s+/);
    if (keyword !== 'search') continue;
    const services = domains.find((domain) => domain.startsWith('svc.'));
    if (services !== undefined) return services.slice('svc.'.length).replace(/\.$/, '');
  }
  return DEFAULT;
}
