import { join } from 'node:path';
import { ensureModule } from '../cluster/build.ts';
import { run } from '../cluster/command.ts';
import { cliProgress } from '../cluster/index.ts';
import { describeMissingGo } from '../cluster/requirements.ts';

/** Folder of the Helm that tests use, built first where it isn't in the cache. */
export function helmFolder(): Promise<string> {
  return ensureModule('helm', cliProgress());
}

/** Why Helm can't be built here; none when it can. */
export function missingForHelm(): Promise<string[]> {
  return describeMissingGo('helm');
}

/**
 * Calls Helm.
 *
 * @returns its standard output
 * @throws ClusterError ERR_COMMAND_FAILED with its standard error
 */
export type Helm = (...args: string[]) => Promise<string>;

/** @param kubeconfig left out for what needs no cluster */
export async function openHelm(kubeconfig?: string): Promise<Helm> {
  const program = join(await helmFolder(), 'helm');
  return (...args) => run(program, args, { env: { KUBECONFIG: kubeconfig ?? '' } });
}
