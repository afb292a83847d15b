/** Judges of files as they are in the repository: Dockerfile, YAML, workflows. */
import { ask } from './ask.ts';
import type { Finding, Judge } from './finding.ts';
import type { JudgePrograms } from './programs.ts';

/** What hadolint has against a Dockerfile, its remarks on style included. */
export async function askHadolint({ hadolint }: JudgePrograms, cwd: string, dockerfile: string): Promise<Finding[]> {
  const answer = await ask([...hadolint, '--no-fail', '--format', 'json', dockerfile], { cwd });
  const remarks = JSON.parse(answer) as { file: string; line: number; code: string; message: string }[];
  return remarks.map(({ file, line, code, message }) => finding('hadolint', code, file, line, message));
}

/** What yamllint has against YAML files and folders of them, warnings included. */
export async function askYamllint(
  { yamllint }: JudgePrograms,
  cwd: string,
  paths: readonly string[],
): Promise<Finding[]> {
  const answer = await ask([...yamllint, '--config-data', '{extends: default}', '--format', 'parsable', ...paths], {
    cwd,
  });
  const LINE = /^(.+?):(\d+):\d+: \[(?:warning|error)\] (.*) \((.+)\)$/gm;
  return [...answer.matchAll(LINE)].map(([, file, line, message, rule]) =>
    finding('yamllint', rule!, file!, Number(line), message!),
  );
}

/** What actionlint has against GitHub workflows. */
export async function askActionlint(
  { actionlint }: JudgePrograms,
  cwd: string,
  workflows: readonly string[],
): Promise<Finding[]> {
  // Without the linters of scripts that it would call where they happen to be installed: the same verdict everywhere.
  const options = ['-shellcheck', '', '-pyflakes', '', '-format', '{{json .}}'];
  const answer = await ask([...actionlint, ...options, ...workflows], { cwd });
  const errors = JSON.parse(answer) as { filepath: string; line: number; kind: string; message: string }[];
  return errors.map(({ filepath, line, kind, message }) => finding('actionlint', kind, filepath, line, message));
}

function finding(judge: Judge, rule: string, file: string, line: number, message: string): Finding {
  return { judge, rule, where: `${file}:${line}`, message };
}
