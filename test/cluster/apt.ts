import { createInterface } from 'node:readline/promises';
import { run } from './command.ts';
import { ClusterError } from './errors.ts';
import { inStep, type Progress } from './progress.ts';
import { describeMissing, findOnPath, type MissingPackage, missingPackages } from './requirements.ts';

/** How missing packages are installed. */
export interface RequirementOptions {
  readonly progress: Progress;
  /** Install without a question. @default asks on a terminal; elsewhere, and with CI set, there is nobody to ask */
  readonly yes?: boolean;
  /** Called when there is nothing left to ask, and before anything that takes long. */
  readonly onSettled?: () => void;
}

/**
 * Makes sure that this machine can run a whole cluster. What is on PATH is used; what is missing is installed with
 * apt-get where this is root on Debian or Ubuntu, removing nothing.
 *
 * @throws ClusterError ERR_REQUIREMENTS naming everything that is still missing
 */
export async function ensureRequirements(options: RequirementOptions): Promise<void> {
  await installMissing('The cluster', missingPackages(), options);
  const missing = await describeMissing();
  if (missing.length > 0) {
    throw new ClusterError('ERR_REQUIREMENTS', `This machine can't run a whole cluster yet. ${missing.join(' ')}`);
  }
}

/**
 * Installs packages with apt-get where this is root on Debian or Ubuntu and nobody says no; elsewhere it does nothing.
 *
 * @param who needs them, as the question begins: `The cluster`
 */
export async function installMissing(
  who: string,
  missing: readonly MissingPackage[],
  options: RequirementOptions,
): Promise<void> {
  const packages = [...new Set(missing.map((entry) => entry.package))];
  const canInstall = process.platform === 'linux' && process.getuid?.() === 0 && findOnPath('apt-get') !== undefined;
  const mayInstall = packages.length > 0 && canInstall && (await agree(who, packages, options));
  options.onSettled?.();
  if (mayInstall) {
    await inStep(options.progress, `Installing ${packages.join(', ')}`, () => install(packages));
  }
}

async function agree(who: string, packages: readonly string[], { yes }: RequirementOptions): Promise<boolean> {
  if (yes || process.env.CI || !process.stdin.isTTY) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${who} needs ${packages.join(', ')}. Install with apt-get? [Y/n] `);
    return /^(y|yes|)$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

async function install(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const args = ['install', '-y', '--no-remove', '--no-install-recommends', ...packages];
  try {
    await run('apt-get', args, { env });
  } catch {
    // Package lists that are missing or too old are the usual reason; if it is another one, the second try says it.
    await run('apt-get', ['update'], { env });
    await run('apt-get', args, { env });
  }
}
