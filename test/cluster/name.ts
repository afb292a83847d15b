import { ClusterError } from './errors.ts';

/** @throws ClusterError ERR_NAME unless it can be part of folder, node and namespace names */
export function assertClusterName(name: string): void {
  if (/^[a-z][a-z0-9-]{0,29}$/.test(name)) return;
  throw new ClusterError(
    'ERR_NAME',
    `"${name}" can't be a cluster's name: it begins with a letter and has at most 30 lowercase letters, digits and dashes`,
  );
}
