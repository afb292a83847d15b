import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { planLanes } from '../support/plan-lanes.ts';

const setupOf = (file: string) => (file.startsWith('jobs/') ? 'jobs/setup.ts' : undefined);

describe('test runner', () => {
  it('deals specs to lanes of one set-up and of a size that it is told, the largest first', () => {
    const files = ['a.spec.ts', 'b.spec.ts', 'c.spec.ts', 'jobs/d.spec.ts', 'jobs/e.long.spec.ts', 'jobs/f.spec.ts'];
    expect(planLanes(files, setupOf, 2).sideBySide).to.deep.equal([
      { setup: undefined, specs: ['a.spec.ts', 'c.spec.ts'] },
      { setup: 'jobs/setup.ts', specs: ['jobs/d.spec.ts', 'jobs/f.spec.ts'] },
      { setup: undefined, specs: ['b.spec.ts'] },
      { setup: 'jobs/setup.ts', specs: ['jobs/e.long.spec.ts'] },
    ]);
    expect(planLanes(files, setupOf, 3).alone).to.deep.equal([]);
  });

  it('deals specs so that lanes end at about the same time, by how long each took the last time', () => {
    const seconds: Record<string, number> = { a: 60, b: 10, c: 20, d: 30, e: 5, f: 55 };
    const { sideBySide } = planLanes(
      ['a', 'b', 'c', 'd', 'e', 'f', 'new'],
      () => undefined,
      3,
      (file) => seconds[file],
    );
    // A new one counts as the average: 30 s. The lanes take 65, 70 and 75 s.
    expect(sideBySide.map(({ specs }) => specs)).to.deep.equal([
      ['d', 'e', 'new'],
      ['a', 'b'],
      ['c', 'f'],
    ]);
  });

  it('keeps specs that measure time closely for the end, when nothing runs beside them', () => {
    const files = ['a.spec.ts', 'b.alone.long.spec.ts', 'jobs/c.alone.long.spec.ts'];
    expect(planLanes(files, setupOf, 12)).to.deep.equal({
      sideBySide: [{ setup: undefined, specs: ['a.spec.ts'] }],
      alone: [
        { setup: undefined, specs: ['b.alone.long.spec.ts'] },
        { setup: 'jobs/setup.ts', specs: ['jobs/c.alone.long.spec.ts'] },
      ],
    });
  });

  for (const [title, args, message] of [
    ['an unknown tier', ['integraton', 'unit'], /unknown tier "integraton"; tiers are unit, integration, e2e/],
    ['no tier', ['--full'], /missing required argument 'tiers'/],
    ['an unknown option', ['--ful', 'unit'], /--ful/],
  ] as const) {
    it(`ends with 2 for ${title}, before it runs anything`, () => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(import.meta.dirname, '../run.ts'), ...args],
        {
          encoding: 'utf8',
        },
      );
      expect(stderr).to.match(message);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
    });
  }
});
