import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const root = join(import.meta.dirname, '../../..');
/** Folders that a page may leave out of its paths. */
const FOLDERS = ['.', 'reconciler', 'reconciler/compute-job', 'reconciler/compute-node', 'reconciler/peer-group'];

/** Paths of TypeScript files that a page names in backticks and that don't exist. */
function missingPaths(page: string): string[] {
  const paths = [...page.matchAll(/`([\w./*-]+\.ts)`/g)].map(([, path]) => path!);
  const exists = (path: string) => FOLDERS.some((folder) => globSync(join(folder, path), { cwd: root }).length > 0);
  return paths.filter((path) => !exists(path));
}

describe('pages about the design', () => {
  for (const page of ['docs/design.md', 'docs/design-jobs.md']) {
    it(`${page} names files that exist`, () => {
      expect(missingPaths(readFileSync(join(root, page), 'utf8'))).to.deep.equal([]);
    });
  }

  it('would be wrong with a file that was renamed', () => {
    expect(missingPaths('see `plan/plan-job.ts` and `plan/old-name.ts`')).to.deep.equal(['plan/old-name.ts']);
  });
});
