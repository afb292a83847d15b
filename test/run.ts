/**
 * Runs test tiers one after the other, each in a mocha of its own, and ends with what failed in any of them, and
 * with one line that counts them all: `N passed, N failed, N skipped`.
 *
 *   node test/run.ts [--full] unit integration e2e [-- MOCHA ARGUMENTS]
 *
 * `*.long.spec.ts` files are what `--full` adds. With arguments after `--` (for example `--grep scale`) they go to mocha.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { cachePaths } from './cluster/paths.ts';
import type { TestCounts, TestReport } from './counting-reporter.ts';

/** More of the integration tier go to another control plane beside it; the end-to-end tier has one cluster for all. */
const MAX_SPECS_OF_A_LANE = 12;

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
const failures: string[] = [];
const scratch = mkdtempSync(join(tmpdir(), 'rollcall-test-'));
try {
  for (const tier of tiers) await runTier(tier);
} finally {
  rmSync(scratch, { recursive: true });
}
if (failures.length > 0) console.log(`\nFailed:\n${failures.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

async function runTier(tier: string): Promise<void> {
  const files = globSync(`test/${tier}/**/*.spec.ts`, { cwd: root })
    .filter((file) => values.full || !file.endsWith('.long.spec.ts'))
    .sort();
  const started = performance.now();
  console.log(`\n== ${tier}: ${files.length} files`);
  // What has a set-up of its own shares nothing with the rest, and waits at other times: they run side by side.
  const lanes = [...Map.groupBy(files, setupOf)].flatMap(([setup, specs]) =>
    deal(specs, tier === 'integration' ? Math.ceil(specs.length / MAX_SPECS_OF_A_LANE) : 1).map((hand) => ({
      setup,
      specs: hand,
    })),
  );
  lanes.sort((a, b) => b.specs.length - a.specs.length);
  await Promise.all(lanes.map(({ setup, specs }, lane) => runMocha(tier, lane, setup, specs)));
  console.log(`== ${tier}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** Deals specs in turn to so many hands. */
function deal(specs: string[], hands: number): string[][] {
  return Array.from({ length: hands }, (_, hand) => specs.filter((_, index) => index % hands === hand));
}

/** The set-up nearest to a spec; undefined: there is none. */
function setupOf(file: string): string | undefined {
  for (let dir = dirname(file); dir !== 'test'; dir = dirname(dir)) {
    const setup = join(root, dir, 'setup.ts');
    if (existsSync(setup)) return setup;
  }
  return undefined;
}

async function runMocha(tier: string, lane: number, setup: string | undefined, files: string[]): Promise<void> {
  const reportFile = join(scratch, `${tier}-${lane}.json`);
  const shown = lane === 0;
  const output = join(scratch, `${tier}-${lane}.log`);
  const writing = openSync(output, 'w');
  const mocha = spawn(
    process.execPath,
    [
      join(root, 'node_modules/mocha/bin/mocha.js'),
      ...(setup === undefined ? [] : ['--require', setup]),
      // Unit specs share nothing, so files run side by side; the other tiers share a cluster, and two cores with it.
      ...(tier === 'unit' ? ['--parallel', '--jobs', '2'] : []),
      ...['--reporter', join(root, 'test/counting-reporter.ts'), '--reporter-option', `file=${reportFile}`],
      ...mochaArgs,
      ...files,
    ],
    // Two at once would talk into each other: one is shown as it goes, the others when they are done.
    { cwd: root, stdio: shown ? 'inherit' : ['ignore', writing, writing], env },
  );
  const [status] = await once(mocha, 'exit');
  if (!shown) process.stdout.write(readFileSync(output));
  const report: TestReport = existsSync(reportFile)
    ? JSON.parse(readFileSync(reportFile, 'utf8'))
    : { counts: { passed: 0, failed: 0, skipped: 0 }, failures: [] };
  // A failed hook or a crash, before the first test or after the last one, fails the tier even if no test did.
  if (status !== 0 && report.counts.failed === 0) {
    report.counts.failed = 1;
    report.failures.push(`mocha ended with ${status} outside its tests`);
  }
  for (const key of Object.keys(total) as (keyof TestCounts)[]) total[key] += report.counts[key];
  failures.push(...report.failures.map((failure) => `[${tier}] ${failure}`));
}
