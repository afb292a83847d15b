import { KubeConfig } from '@kubernetes/client-node';
import { KubeconfigError } from './errors.ts';

export interface KubeconfigChoice {
  /** A kubeconfig file; default: the Pod's own ServiceAccount when there is one, else $KUBECONFIG, else ~/.kube/config. */
  readonly file?: string;
  /** A context of it; default: its current one. */
  readonly context?: string;
  /** Whether the process runs in a Pod with a mounted token. */
  readonly inCluster: boolean;
}

/** @throws KubeconfigError when there is none, it is not readable, or it has no such context */
export function loadKubeconfig({ file, context, inCluster }: KubeconfigChoice): KubeConfig {
  const config = new KubeConfig();
  try {
    if (file !== undefined) config.loadFromFile(file);
    else if (inCluster) config.loadFromCluster();
    else config.loadFromDefault();
  } catch (cause) {
    throw new KubeconfigError(`${file ?? 'the default kubeconfig'} cannot be used: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (context !== undefined) {
    if (config.getContextObject(context) === null) {
      const names = config.getContexts().map((known) => known.name);
      throw new KubeconfigError(`the kubeconfig has no context "${context}"; it has: ${names.join(', ')}`);
    }
    config.setCurrentContext(context);
  }
  if (config.getCurrentUser() === null) {
    throw new KubeconfigError(
      'the kubeconfig has no current context: run kubectl config use-context NAME, or pass --context',
    );
  }
  return config;
}
