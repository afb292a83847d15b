import { existsSync, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash } from '../../../constructs/content-hash.ts';
import { installMissing } from '../../cluster/apt.ts';
import { run } from '../../cluster/command.ts';
import { ClusterError } from '../../cluster/errors.ts';
import { withLock } from '../../cluster/lock.ts';
import { cachePaths } from '../../cluster/paths.ts';
import { inStep, type Progress, type Step } from '../../cluster/progress.ts';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
/** What requirements.txt was resolved for, as it says in its head. */
const OLDEST = [3, 10] as const;

/**
 * A Python environment with exactly what requirements.txt pins, each file by its hash, in the user's cache: made once for
 * these pins and this Python. Only wheels are taken, so that installing runs nobody's code.
 *
 * @returns the environment's folder
 * @throws ClusterError ERR_REQUIREMENTS when there is no fit Python and none can be installed
 */
export async function ensurePythonEnvironment(progress: Progress): Promise<string> {
  const version = await requirePython(progress);
  const { builds } = cachePaths();
  const pins = readFileSync(REQUIREMENTS, 'utf8');
  const folder = join(builds, `judges-${contentHash([pins, version, process.platform, process.arch].join('\n\0'))}`);
  if (existsSync(folder)) return folder;
  return inStep(progress, 'Installing judges from PyPI', (step) =>
    withLock(`${folder}.lock`, async () => {
      // Another process may have made it while this one waited for the lock.
      if (!existsSync(folder)) await install(folder, step);
      return folder;
    }),
  );
}

/** The folder is renamed when it is whole; scripts in its bin/ name the former one, so modules are run by `python -m`. */
async function install(folder: string, step: Step): Promise<void> {
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', unfinished]);
  let collected = 0;
  const onLine = (line: string) => {
    if (line.startsWith('Collecting ')) step.update(`${++collected} packages`);
    if (line.startsWith('Installing ')) step.update(`${collected} packages, unpacking`);
  };
  const pins = ['--require-hashes', '--only-binary', ':all:', '--requirement', REQUIREMENTS];
  const quiet = ['--disable-pip-version-check', '--no-compile', '--progress-bar', 'off'];
  await run(join(unfinished, 'bin/python'), ['-m', 'pip', 'install', ...quiet, ...pins], { onLine });
  await rename(unfinished, folder);
}

/** @returns the version of the Python on PATH, such as `3.11` */
async function requirePython(progress: Progress): Promise<string> {
  const found = (await pythonVersion()) ?? (await installPython(progress));
  if (found !== undefined) return found;
  throw new ClusterError(
    'ERR_REQUIREMENTS',
    `The judges need python3 ${OLDEST.join('.')} or later with its modules venv and ensurepip on PATH (package python3-venv)`,
  );
}

async function installPython(progress: Progress): Promise<string | undefined> {
  await installMissing('Judging manifests', [{ what: 'python3', package: 'python3-venv' }], { progress });
  return pythonVersion();
}

/** Undefined when there is no Python, when it is too old, or when it can't make environments. */
async function pythonVersion(): Promise<string | undefined> {
  const script = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
  const version = await run('python3', ['-c', script]).then(
    (text) => text.trim(),
    () => undefined,
  );
  const [major = 0, minor = 0] = version?.split('.').map(Number) ?? [];
  return major === OLDEST[0] && minor >= OLDEST[1] ? version : undefined;
}
