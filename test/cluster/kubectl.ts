import { run } from './command.ts';

/** How one kubectl call runs. */
export interface KubectlOptions {
  /** For `-f -`. @default no input */
  readonly input?: string;
  /** @default 120 000 */
  readonly timeoutMs?: number;
}

/**
 * Calls kubectl with a cluster's kubeconfig.
 *
 * @returns its standard output
 * @throws ClusterError ERR_COMMAND_FAILED with its standard error
 */
export type Kubectl = (args: readonly string[], options?: KubectlOptions) => Promise<string>;

export function kubectlFor(path: string, kubeconfig: string): Kubectl {
  return (args, { input, timeoutMs = 120_000 } = {}) =>
    run(path, args, { input, timeoutMs, env: { KUBECONFIG: kubeconfig } });
}
