import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureModule } from '../../cluster/build.ts';
import { cliProgress } from '../../cluster/progress.ts';
import { ensurePythonEnvironment } from './python.ts';

/** How each judge is called: the beginning of its command line. */
export interface JudgePrograms {
  readonly kubeScore: readonly string[];
  readonly kubeconform: readonly string[];
  readonly actionlint: readonly string[];
  readonly checkov: readonly string[];
  readonly hadolint: readonly string[];
  readonly yamllint: readonly string[];
  /** Folder with JSON schemas of Kubernetes' own kinds, for `writeSchemas`. */
  readonly schemas: string;
}

/**
 * Builds or installs what is not in the cache yet.
 *
 * @throws ClusterError ERR_TOOL_MISSING or ERR_REQUIREMENTS, whose message says what this machine lacks
 */
export async function ensureJudgePrograms(): Promise<JudgePrograms> {
  const progress = cliProgress();
  const built = async (name: 'kube-score' | 'kubeconform' | 'actionlint') => [
    join(await ensureModule(name, progress), name),
  ];
  const [kubeScore, kubeconform, actionlint] = [
    await built('kube-score'),
    await built('kubeconform'),
    await built('actionlint'),
  ];
  const environment = await ensurePythonEnvironment(progress);
  const python = join(environment, 'bin/python');
  const packages = join(environment, 'lib', readdirSync(join(environment, 'lib'))[0]!, 'site-packages');
  return {
    kubeScore,
    kubeconform,
    actionlint,
    checkov: [python, '-m', 'checkov.main'],
    hadolint: [join(environment, 'bin/hadolint')],
    yamllint: [python, '-m', 'yamllint'],
    schemas: join(packages, 'kubernetes_validate/kubernetes-json-schema'),
  };
}
