/** Loads little: people call kubectl often. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ensureBuilt } from './binaries.ts';
import { clusterDir, readState } from './cluster-state.ts';
import { Daemon } from './daemon.ts';
import { notRunning } from './errors.ts';
import { cachePaths } from './paths.ts';
import { cliProgress } from './progress.ts';

/**
 * Hands over to the kubectl of the cluster that is meant: `ROLLCALL_CLUSTER`, else `KUBECONFIG`, else demo. Paths in its
 * arguments mean the caller's folder, although npm runs scripts in the project's.
 *
 * @returns its exit code
 */
export async function kubectlCommand(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const { program, kubeconfig } = await chooseCluster(env);
  const child = spawn(program, args, {
    cwd: env.INIT_CWD ?? process.cwd(),
    stdio: 'inherit',
    env: { ...env, KUBECONFIG: kubeconfig },
  });
  process.on('SIGINT', () => {}); // the terminal sends it to kubectl too, which decides what it means
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? (signal === 'SIGINT' ? 130 : 1);
}

async function chooseCluster({ ROLLCALL_CLUSTER, KUBECONFIG }: NodeJS.ProcessEnv) {
  if (KUBECONFIG && !ROLLCALL_CLUSTER) {
    return { program: (await ensureBuilt(cliProgress())).kubectl, kubeconfig: KUBECONFIG };
  }
  const name = ROLLCALL_CLUSTER || 'demo';
  const dir = clusterDir(cachePaths(), name);
  const state = readState(dir);
  // A stopped cluster's address is nobody's: a request to it would leave this machine.
  if (!state || !new Daemon(dir, 'kube-apiserver').process) throw notRunning(name);
  return { program: join(state.bin, 'kubectl'), kubeconfig: join(dir, 'kubeconfig') };
}
