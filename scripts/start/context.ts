import { z } from 'zod';
import { StartError } from './errors.ts';

/** A cluster as a kubeconfig context describes it. */
export interface ClusterContext {
  readonly name: string;
  readonly server: string;
  /** Profile of minikube, which alone marks its contexts: their names are free. */
  readonly minikubeProfile?: string;
}

/** The part of `kubectl config view --output json` that is read here. */
const Kubeconfig = z.object({
  clusters: z.array(z.object({ name: z.string(), cluster: z.object({ server: z.string() }) })).nullish(),
  contexts: z
    .array(
      z.object({
        name: z.string(),
        context: z.object({
          cluster: z.string(),
          extensions: z
            .array(z.object({ extension: z.object({ provider: z.string().optional() }).optional() }))
            .nullish(),
        }),
      }),
    )
    .nullish(),
});

/**
 * Finds a context in what `kubectl config view --output json` prints.
 *
 * @throws StartError ERR_UNKNOWN_CONTEXT, which names the contexts that are there
 */
export function findContext(kubeconfigJson: string, name: string): ClusterContext {
  const { clusters, contexts } = Kubeconfig.parse(JSON.parse(kubeconfigJson));
  const found = contexts?.find((entry) => entry.name === name);
  const server = clusters?.find((entry) => entry.name === found?.context.cluster)?.cluster.server;
  if (!found || server === undefined) {
    const known = contexts?.map((entry) => entry.name).join(', ') || 'none';
    throw new StartError('ERR_UNKNOWN_CONTEXT', `the kubeconfig has no context "${name}"; it has: ${known}`);
  }
  const isMinikube = found.context.extensions?.some((entry) => entry.extension?.provider === 'minikube.sigs.k8s.io');
  return { name, server, ...(isMinikube && { minikubeProfile: found.context.cluster }) };
}

/**
 * The command that puts an image archive on the nodes of a local cluster; undefined for a cluster that pulls its images
 * from a registry.
 */
export function loadCommand(context: ClusterContext, archive: string): string[] | undefined {
  const [, tool, cluster] = /^(kind|k3d)-(.+)$/.exec(context.name) ?? [];
  if (tool === 'kind') return ['kind', 'load', 'image-archive', archive, '--name', cluster!];
  if (tool === 'k3d') return ['k3d', 'image', 'import', archive, '--cluster', cluster!];
  if (context.minikubeProfile) return ['minikube', 'image', 'load', archive, '--profile', context.minikubeProfile];
  return undefined;
}
