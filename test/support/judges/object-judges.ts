/** Judges of Kubernetes objects. Each gets the files of one folder and answers with what it has against them. */
import { globSync } from 'node:fs';
import { ask } from './ask.ts';
import type { Finding } from './finding.ts';
import type { JudgePrograms } from './programs.ts';

/** Versions of Kubernetes by whose schemas kubeconform judges: the oldest that takes all we write, and the newest that there are schemas of. */
export const JUDGED_VERSIONS = ['1.28.0', '1.37.0'] as const;

/** Kinds of others, of which kubeconform has no schema. */
const FOREIGN_KINDS = ['PodMonitor', 'PrometheusRule', 'Certificate'];

interface ScoredObject {
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string; readonly namespace?: string };
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly path: string; readonly summary: string }[] | null;
  }[];
}

const CRITICAL = 1;

/** What kube-score calls critical, with the checks that are off by default. */
export async function askKubeScore({ kubeScore }: JudgePrograms, folder: string, version: string): Promise<Finding[]> {
  const options = ['--output-format', 'json', '--kubernetes-version', `v${version.replace(/\.\d+$/, '')}`];
  const answer = await ask([...kubeScore, 'score', ...options, ...filesOf(folder)]);
  return (JSON.parse(answer) as ScoredObject[]).flatMap(({ type_meta, object_meta, checks }) =>
    checks
      .filter(({ grade, skipped }) => !skipped && grade <= CRITICAL)
      .map(({ check, comments }) => ({
        judge: 'kube-score' as const,
        rule: check.id,
        where: whereIs(type_meta.kind, object_meta.name, object_meta.namespace),
        message: (comments ?? []).map(({ path, summary }) => [path, summary].filter(Boolean).join(': ')).join('; '),
      })),
  );
}

/**
 * What is not in the schemas of a version of Kubernetes, or not as they say; unknown fields included.
 *
 * @param schemas folder from {@link writeSchemas}
 */
export async function askKubeconform(
  { kubeconform }: JudgePrograms,
  folder: string,
  schemas: string,
  version: string,
): Promise<Finding[]> {
  const location = `${schemas}/{{.NormalizedKubernetesVersion}}/{{.ResourceKind}}{{.KindSuffix}}.json`;
  const options = ['-output', 'json', '-kubernetes-version', version, '-schema-location', location];
  const answer = await ask([...kubeconform, ...options, '-skip', FOREIGN_KINDS.join(','), ...filesOf(folder)]);
  const { resources } = JSON.parse(answer) as {
    resources: { kind: string; name: string; status: string; msg: string }[];
  };
  return resources.map(({ kind, name, status, msg }) => ({
    judge: 'kubeconform',
    rule: `${status} in ${version}`,
    where: whereIs(kind, name),
    message: msg,
  }));
}

/** What checkov's checks of Kubernetes objects fail. Asked once for everything: it takes seconds to start. */
export async function askCheckov({ checkov }: JudgePrograms, folder: string): Promise<Finding[]> {
  const options = ['--framework', 'kubernetes', '--output', 'json', '--quiet', '--compact', '--skip-download'];
  const answer = await ask([...checkov, '--directory', folder, ...options], { env: { LOG_LEVEL: 'ERROR' } });
  const { results } = JSON.parse(answer) as {
    results: { failed_checks: { check_id: string; check_name: string; resource: string }[] };
  };
  return results.failed_checks.map(({ check_id, check_name, resource }) => {
    const [kind, namespace, ...name] = resource.split('.') as [string, string, ...string[]];
    return { judge: 'checkov', rule: check_id, where: whereIs(kind, name.join('.'), namespace), message: check_name };
  });
}

function whereIs(kind: string, name: string, namespace?: string): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
}

function filesOf(folder: string): string[] {
  return globSync(`${folder}/*.yaml`).sort();
}
