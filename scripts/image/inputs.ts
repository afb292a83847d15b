import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

const ARCHIVE = 'oci-archive:';

/**
 * Identifies everything that an image is made from: the files' names and contents, the words that steer the build, and
 * the base. An archive as base counts by its size and time; a reference by its name, so a moved tag isn't noticed.
 */
export function inputsHash(files: readonly string[], words: readonly string[], base: string): string {
  const hash = createHash('sha256').update(JSON.stringify([...words, baseIdentity(base)]));
  for (const file of files) {
    const contents = readFileSync(file);
    hash.update(`\n${file} ${contents.length}\n`).update(contents);
  }
  return hash.digest('hex');
}

function baseIdentity(base: string): string {
  if (!base.startsWith(ARCHIVE)) return base;
  const { size, mtimeMs } = statSync(base.slice(ARCHIVE.length));
  return `${base} ${size} ${mtimeMs}`;
}
