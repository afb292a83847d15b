import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OPERATOR_NAME, OPERATOR_NAMESPACE } from '../../constructs/names.ts';
import type { ControlPlane } from '../cluster/index.ts';

const DIST = join(import.meta.dirname, '../../dist');

/** User name of the operator in the audit log. */
export const OPERATOR_USER = `system:serviceaccount:${OPERATOR_NAMESPACE}:${OPERATOR_NAME}`;

const installed = new WeakMap<ControlPlane, Promise<void>>();

/**
 * Applies dist/, once for each control plane: the definitions, and the operator's ServiceAccount with exactly its permissions.
 * What a test changes of them it restores, by {@link reinstallDist} if need be.
 */
export function installDist(controlPlane: ControlPlane): Promise<void> {
  const known = installed.get(controlPlane) ?? reinstallDist(controlPlane);
  installed.set(controlPlane, known);
  return known;
}

/** @param dist of another version */
export async function reinstallDist({ kubectl }: ControlPlane, dist: string = DIST): Promise<void> {
  await kubectl(['apply', '--server-side', '--force-conflicts', '-f', dist]);
  await kubectl(['wait', '--for=condition=Established', '-f', join(dist, '0000-crds.k8s.yaml'), '--timeout=30s']);
  // Operators run as processes here; the one that the Deployment would start is not among them.
  await kubectl(['-n', OPERATOR_NAMESPACE, 'scale', 'deployment', OPERATOR_NAME, '--replicas=0']);
}

/**
 * Writes a kubeconfig with a token of the operator's own ServiceAccount: it may do what dist/ grants it and nothing else.
 *
 * @param server address to use instead of the control plane's own, such as a proxy's
 */
export async function writeOperatorKubeconfig(
  controlPlane: ControlPlane,
  file: string,
  server: string = controlPlane.server,
): Promise<void> {
  const { kubectl } = controlPlane;
  const token = await kubectl(['-n', OPERATOR_NAMESPACE, 'create', 'token', OPERATOR_NAME, '--duration=2h']);
  const ca = await kubectl([
    'config',
    'view',
    '--raw',
    '-o',
    'jsonpath={.clusters[0].cluster.certificate-authority-data}',
  ]);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'operator',
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': ca } }],
    users: [{ name: 'operator', user: { token: token.trim() } }],
    contexts: [{ name: 'operator', context: { cluster: 'c', user: 'operator' } }],
  };
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
}
