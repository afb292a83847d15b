import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';

const bin = join(import.meta.dirname, '../../../cli/rollcall.js');

describe('rollcall command', () => {
  it('ends with status 2 and its usage for a program that it does not have', () => {
    for (const args of [[], ['nonsense'], ['toString']]) {
      const { status, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' });
      expect(status).to.equal(2);
      expect(stderr).to.match(/^usage: rollcall server\|operator\|peers\|verify/);
    }
  });
});
