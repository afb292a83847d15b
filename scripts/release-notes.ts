/** Prints what CHANGELOG.md says of a version, or says why that version can't be released: `node scripts/release-notes.ts 0.1.0`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { createCommand, runCommandLine } from '../server/process/command-line.ts';

/** Thrown when a version is not ready to be released; the message is one sentence that names the file. */
export class NotReleasableError extends Error {
  override readonly name = 'NotReleasableError';
  readonly code = 'ERR_NOT_RELEASABLE';
}

/**
 * The section of a changelog in the form of keepachangelog.com that is about one version, without its heading.
 *
 * @param version as asked for, such as `0.1.0`
 * @param packageVersion the code's own
 * @throws NotReleasableError when they differ, or the changelog has no dated section for it
 */
export function releaseNotes(changelog: string, version: string, packageVersion: string): string {
  if (version !== packageVersion)
    throw new NotReleasableError(`package.json has version ${packageVersion}, not ${version}`);
  const section = changelog.split(/^## /m).find((text) => text.startsWith(`[${version}] - `));
  if (section === undefined) throw new NotReleasableError(`CHANGELOG.md has no section "## [${version}] - DATE"`);
  const [heading = '', ...lines] = section.split('\n');
  const date = heading.slice(heading.indexOf(' - ') + 3);
  if (!/^\d{4}-\d\d-\d\d$/.test(date))
    throw new NotReleasableError(`CHANGELOG.md must date ${version} like 2026-01-31, not "${date}"`);
  return lines.join('\n').trim();
}

if (import.meta.main) {
  const command = createCommand('node scripts/release-notes.ts')
    .description("Prints a version's section of CHANGELOG.md. Exits with 1 if the version cannot be released.")
    .argument('<version>', 'Version, such as 0.1.0.')
    .action((version: string) => {
      try {
        const changelog = readFileSync(join(import.meta.dirname, '../CHANGELOG.md'), 'utf8');
        console.log(releaseNotes(changelog, version, packageJson.version));
      } catch (error) {
        if (!(error instanceof NotReleasableError)) throw error;
        console.error(error.message);
        process.exitCode = 1;
      }
    });
  await runCommandLine(command);
}
