import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'mocha';

/** Version 0.1.0. */
const OLD = 'decb08f';
const root = join(import.meta.dirname, '../..');

/** A folder with the source of version 0.1.0, whose `reconciler/main.ts` runs; remove it in the end. Skips where the history is missing. */
export function oldSource(context: Context): string {
  try {
    execFileSync('git', ['cat-file', '-e', `${OLD}^{commit}`], { cwd: root, stdio: 'ignore' });
  } catch {
    context.skip();
  }
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-old-'));
  execFileSync('sh', ['-c', `git archive ${OLD} | tar -x -C "$0"`, folder], { cwd: root });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
