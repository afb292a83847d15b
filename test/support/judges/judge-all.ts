import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Yaml } from 'cdk8s';
import { askActionlint, askHadolint, askYamllint } from './file-judges.ts';
import type { Finding } from './finding.ts';
import { writeSchemas } from './kubernetes-schemas.ts';
import { judgedManifests } from './manifests.ts';
import { askCheckov, askKubeconform, askKubeScore, JUDGED_VERSIONS } from './object-judges.ts';
import type { JudgePrograms } from './programs.ts';

const root = join(import.meta.dirname, '../../..');

/**
 * Has everything judged that we write, by all judges at once.
 *
 * @param folder for manifests, `manifests`, and schemas, `schemas`
 * @returns what they have against it, before waivers
 */
export async function judgeAll(programs: JudgePrograms, folder: string): Promise<Finding[]> {
  const [manifests, schemas] = [join(folder, 'manifests'), join(folder, 'schemas')];
  const judged = judgedManifests();
  mkdirSync(manifests);
  for (const { name, objects } of judged) writeFileSync(join(manifests, `${name}.yaml`), Yaml.stringify(...objects));
  const checkov = askCheckov(programs, manifests); // by far the slowest, so it is the first to start
  const kinds = judged.flatMap(({ objects }) => objects.map(({ kind }) => kind));
  for (const version of JUDGED_VERSIONS) writeSchemas(programs.schemas, kinds, version, schemas);
  const workflows = globSync('.github/workflows/*', { cwd: root });
  const answers = await Promise.all([
    checkov,
    askKubeScore(programs, manifests, JUDGED_VERSIONS.at(-1)!),
    ...JUDGED_VERSIONS.map((version) => askKubeconform(programs, manifests, schemas, version)),
    askYamllint(programs, root, ['dist', 'examples', '.github', 'cdk8s.yaml']),
    askHadolint(programs, root, 'Dockerfile'),
    askActionlint(programs, root, workflows),
  ]);
  return answers.flat();
}
