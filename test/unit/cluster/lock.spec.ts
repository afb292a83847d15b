import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { acquireLock, withLock } from '../../cluster/lock.ts';

describe('lock file', () => {
  let dir: string;
  let file: string;

  before(function () {
    if (process.platform !== 'linux') this.skip(); // flock(1)
  });

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'rollcall-lock-'));
    file = join(dir, 'sub', '.lock');
  });

  afterEach(() => rmSync(dir, { recursive: true }));

  it('lets one at a time do its work', async () => {
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      seen.push(`${name} ends`);
    };
    await Promise.all([withLock(file, work('a')), withLock(file, work('b'))]);
    expect(seen[1]).to.equal(seen[0]!.replace('begins', 'ends'));
    expect(seen).to.have.length(4);
  });

  it('is free again after work that failed', async () => {
    await withLock(file, () => Promise.reject(new Error('boom'))).catch(() => {});
    expect(await withLock(file, () => Promise.resolve('done'))).to.equal('done');
  });

  it('says that somebody else has it while it waits', async () => {
    const held = await acquireLock(file);
    const said = new Promise<string>((resolve) => {
      void acquireLock(file, () => resolve('waiting')).then((lock) => lock.release());
    });
    expect(await said).to.equal('waiting');
    await held.release();
  });

  it('is released by the kernel when its holder is killed', async () => {
    const script = `
      import { acquireLock } from ${JSON.stringify(join(import.meta.dirname, '../../cluster/lock.ts'))};
      await acquireLock(${JSON.stringify(file)});
      console.log('held');
      setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script]);
    try {
      await once(holder.stdout, 'data');
    } finally {
      holder.kill('SIGKILL');
    }
    await (await acquireLock(file)).release();
  });
});
