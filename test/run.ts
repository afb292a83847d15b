/**
 * Runs test tiers one after the other, each in a mocha of its own, and ends with one line that counts them all:
 * `N passed, N failed, N skipped`.
 *
 *   node test/run.ts [--full] unit integration e2e [-- MOCHA ARGUMENTS]
 *
 * `*.long.spec.ts` files are what `--full` adds. With arguments after `--` (for example `--grep scale`) they go to mocha.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cachePaths } from './cluster/paths.ts';
import type { TestCounts } from './counting-reporter.ts';

const root = join(import.meta.dirname, '..');
const split = process.argv.indexOf('--');
const ownArgs = process.argv.slice(2, split < 0 ? undefined : split);
const mochaArgs = split < 0 ? [] : process.argv.slice(split + 1);
const { values, positionals: tiers } = parseArgs({
  args: ownArgs,
  options: { full: { type: 'boolean', default: false } },
  allowPositionals: true,
});

// Tests start hundreds of processes that load the same modules. Coverage wants them compiled anew.
const env = process.env.NODE_V8_COVERAGE
  ? process.env
  : { NODE_COMPILE_CACHE: join(cachePaths().root, 'node-compile-cache'), ...process.env };
const total: TestCounts = { passed: 0, failed: 0, skipped: 0 };
const scratch = mkdtempSync(join(tmpdir(), 'rollcall-test-'));
try {
  for (const tier of tiers) runTier(tier);
} finally {
  rmSync(scratch, { recursive: true });
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

function runTier(tier: string): void {
  const files = globSync(`test/${tier}/**/*.spec.ts`, { cwd: root })
    .filter((file) => values.full || !file.endsWith('.long.spec.ts'))
    .sort();
  const setup = join(root, 'test', tier, 'setup.ts');
  const counts = join(scratch, `${tier}.json`);
  const started = performance.now();
  console.log(`\n== ${tier}: ${files.length} files`);
  const mocha = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/mocha/bin/mocha.js'),
      ...(existsSync(setup) ? ['--require', setup] : []),
      // Unit specs share nothing, so files run side by side; the other tiers share a cluster, and two cores with it.
      ...(tier === 'unit' ? ['--parallel', '--jobs', '2'] : []),
      ...['--reporter', join(root, 'test/counting-reporter.ts'), '--reporter-option', `file=${counts}`],
      ...mochaArgs,
      ...files,
    ],
    { cwd: root, stdio: 'inherit', env },
  );
  if (existsSync(counts)) {
    const tierCounts = JSON.parse(readFileSync(counts, 'utf8')) as TestCounts;
    for (const key of Object.keys(total) as (keyof TestCounts)[]) total[key] += tierCounts[key];
    // A failed hook or a crash after the last test fails the tier even if no test did.
    if (mocha.status !== 0 && tierCounts.failed === 0) total.failed++;
  } else {
    total.failed++;
  }
  console.log(`== ${tier}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
