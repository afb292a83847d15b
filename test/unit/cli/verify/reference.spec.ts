import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const root = join(import.meta.dirname, '../../../..');

describe('the reference page of rollcall verify', () => {
  it('shows what --help says', () => {
    const { stdout } = spawnSync(process.execPath, [join(root, 'cli/verify.ts'), '--help'], { encoding: 'utf8' });
    expect(stdout).to.include('Usage: rollcall verify');
    expect(readFileSync(join(root, 'docs/reference/verify.md'), 'utf8')).to.include(stdout);
  });
});
