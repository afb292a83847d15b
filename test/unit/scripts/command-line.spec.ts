import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';

const scripts = join(import.meta.dirname, '../../../scripts');

describe('command line of a script', () => {
  function run(script: string, ...args: string[]) {
    return spawnSync(process.execPath, [join(scripts, script), ...args], { encoding: 'utf8' });
  }

  it('is explained with --help', () => {
    const { status, stdout } = run('image.ts', '--help');
    expect(status).to.equal(0);
    expect(stdout)
      .to.match(/^Usage: npm run image -- \[options\]/)
      .and.include('--archive <file>');
  });

  it('that has an unknown option ends with status 2 and a sentence that names it', () => {
    const { status, stderr } = run('start.ts', '--bogus');
    expect(status).to.equal(2);
    expect(stderr).to.match(/^npm start: unknown option '--bogus'\n$/);
  });

  it('that lacks a value ends with status 2 and a sentence that names the option', () => {
    const { status, stderr } = run('image.ts', '--tag');
    expect(status).to.equal(2);
    expect(stderr).to.include("npm run image: option '--tag <ref>' argument missing");
  });
});
