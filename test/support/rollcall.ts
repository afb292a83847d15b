import { join } from 'node:path';
import type { Context } from 'mocha';
import type { Cluster } from '../cluster/index.ts';
import type { Kubectl } from '../cluster/kubectl.ts';
import { clusterNamespace, testCluster } from './cluster.ts';

const root = join(import.meta.dirname, '../..');

/** Installs Rollcall from dist/ as a user does, unless it is there, and waits until the operator is ready. */
export async function installRollcall({ kubectl }: Pick<Cluster, 'kubectl'>): Promise<void> {
  await kubectl(['apply', '--filename', join(root, 'dist')]);
  await kubectl(['wait', '--for=condition=Established', '--timeout=30s', 'crd/peergroups.rollcall.dev']);
  await kubectl(['--namespace', 'rollcall-system', 'rollout', 'status', 'deployment/rollcall', '--timeout=90s']);
}

/** A fresh namespace on the tests' cluster, with Rollcall installed there; call it in `before`. */
export async function rollcallNamespace(
  context: Context,
  nodes = 1,
): Promise<{ readonly kubectl: Kubectl; readonly namespace: string }> {
  const cluster = await testCluster({ nodes });
  await installRollcall(cluster);
  return { kubectl: cluster.kubectl, namespace: await clusterNamespace(context) };
}

/** Name of the node that the leading operator runs on: what is cut off from it, the operator can't ask. */
export async function operatorNode({ kubectl }: Pick<Cluster, 'kubectl'>): Promise<string> {
  const inNamespace = ['-n', 'rollcall-system', 'get'];
  const holder = await kubectl([...inNamespace, 'lease', 'rollcall', '-o', 'jsonpath={.spec.holderIdentity}']);
  return kubectl([...inNamespace, 'pod', holder.split('_')[0]!, '-o', 'jsonpath={.spec.nodeName}']);
}
