/**
 * Runs test tiers one after the other, each in a mocha of its own, and ends with what failed in any of them, and
 * with one line that counts them all: `N passed, N failed, N skipped`.
 *
 *   node test/run.ts [--full] unit integration e2e [-- MOCHA ARGUMENTS]
 *
 * `*.long.spec.ts` files and the cases of `itLong` are what `--full` adds; `*.alone.long.spec.ts` run when nothing else of
 * their tier does. What follows `--` (for example `--grep scale`) goes to mocha. Ends with 1 when a test fails or none runs,
 * and with 2 for unknown arguments.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createCommand, parseOrExit, UsageError } from '../server/process/command-line.ts';
import { KEEP_AUDIT_LOGS } from './cluster/kept-audit-logs.ts';
import { cachePaths } from './cluster/paths.ts';
import type { TestCounts, TestReport } from './counting-reporter.ts';
import { type Lane, planLanes } from './support/plan-lanes.ts';

const TIERS = ['unit', 'integration', 'e2e'];

/** More of the integration tier go to another control plane beside it; the end-to-end tier has one cluster for all. */
const MAX_SPECS_OF_A_LANE = 12;

const root = join(import.meta.dirname, '..');
const split = process.argv.indexOf('--');
const mochaArgs = split < 0 ? [] : process.argv.slice(split + 1);
const { full, tiers } = readArguments(process.argv.slice(2, split < 0 ? undefined : split));

// Tests start hundreds of processes that load the same modules. Coverage wants them compiled anew.
const auditLogs = comparesGrants() ? auditLogFolder() : undefined;
const env = {
  ...(process.env.NODE_V8_COVERAGE ? {} : { NODE_COMPILE_CACHE: join(cachePaths().root, 'node-compile-cache') }),
  ...process.env,
  ...(auditLogs === undefined ? {} : { [KEEP_AUDIT_LOGS]: auditLogs }),
};
/** How long each spec took the last time, in seconds. */
const timesFile = join(cachePaths().root, 'test-seconds.json');
const times = readTimes();
const total: TestCounts = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];
const scratch = mkdtempSync(join(tmpdir(), 'rollcall-test-'));
try {
  for (const tier of tiers) await runTier(tier);
  if (auditLogs !== undefined) await compareGrants(auditLogs);
} finally {
  rmSync(scratch, { recursive: true });
  writeTimes();
  if (auditLogs !== undefined) rmSync(auditLogs, { recursive: true });
}
if (failures.length > 0) console.log(`\nFailed:\n${failures.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

function readArguments(args: string[]): { readonly full: boolean; readonly tiers: readonly string[] } {
  const command = createCommand('node test/run.ts')
    .usage('[--full] <tiers...> [-- MOCHA ARGUMENTS]')
    .description(
      'Runs test tiers one after the other and counts their tests. Exits with 1 if a test fails or none runs.',
    )
    .argument('<tiers...>', TIERS.join(', '), addTier)
    .option('--full', 'Also *.long.spec.ts and the cases of itLong.', false);
  const { args: tiers } = parseOrExit(command, args);
  return { full: command.opts().full, tiers };
}

function addTier(tier: string, others: string[] = []): string[] {
  if (TIERS.includes(tier)) return [...others, tier];
  throw new UsageError(`unknown tier "${tier}"; tiers are ${TIERS.join(', ')}`);
}

/** Only everything together uses every permission of the operator. */
function comparesGrants(): boolean {
  return full && tiers.includes('integration') && mochaArgs.length === 0;
}

/** Beside the clusters' folders, so that a log is moved, not copied. */
function auditLogFolder(): string {
  const { root: cache } = cachePaths();
  mkdirSync(cache, { recursive: true });
  return mkdtempSync(join(cache, 'audit-logs-'));
}

/** What the operator is granted and did not use, over all audit logs of the run. */
async function compareGrants(folder: string): Promise<void> {
  const logs = globSync('*.log', { cwd: folder }).map((file) => join(folder, file));
  console.log('\n== permissions of the operator');
  const comparison = spawn(process.execPath, [join(root, 'test/rbac.ts'), ...logs], {
    cwd: root,
    stdio: 'inherit',
    env,
  });
  const [status] = await once(comparison, 'exit');
  if (status === 0) return void total.passed++;
  total.failed++;
  failures.push('[rbac] the operator is granted what it does not use (see "permissions of the operator")');
}

function readTimes(): Record<string, number> {
  try {
    return JSON.parse(readFileSync(timesFile, 'utf8'));
  } catch {
    return {}; // none yet, or from a version that writes something else
  }
}

/** In one step: another run may read or write it at the same time. */
function writeTimes(): void {
  mkdirSync(dirname(timesFile), { recursive: true });
  const next = `${timesFile}.${process.pid}`;
  writeFileSync(next, JSON.stringify(times));
  renameSync(next, timesFile);
}

async function runTier(tier: string): Promise<void> {
  const files = globSync(`test/${tier}/**/*.spec.ts`, { cwd: root })
    .filter((file) => full || !file.endsWith('.long.spec.ts'))
    .sort();
  const started = performance.now();
  console.log(`\n== ${tier}: ${files.length} files`);
  // What has a set-up of its own shares nothing with the rest, and waits at other times: they run side by side.
  const maxSpecs = tier === 'integration' ? MAX_SPECS_OF_A_LANE : Number.POSITIVE_INFINITY;
  const { sideBySide, alone } = planLanes(files, setupOf, maxSpecs, (file) => times[file]);
  await Promise.all(sideBySide.map((lane, number) => runMocha(tier, `${number}`, lane, number === 0)));
  for (const [number, lane] of alone.entries()) await runMocha(tier, `alone-${number}`, lane, true);
  console.log(`== ${tier}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** The set-up nearest to a spec; undefined: there is none. */
function setupOf(file: string): string | undefined {
  for (let dir = dirname(file); dir !== 'test'; dir = dirname(dir)) {
    const setup = join(root, dir, 'setup.ts');
    if (existsSync(setup)) return setup;
  }
  return undefined;
}

/** @param shown whether its output is shown as it goes */
async function runMocha(tier: string, name: string, { setup, specs }: Lane, shown: boolean): Promise<void> {
  const reportFile = join(scratch, `${tier}-${name}.json`);
  const output = join(scratch, `${tier}-${name}.log`);
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
      ...specs,
    ],
    // Two at once would talk into each other: one is shown as it goes, the others when they are done.
    {
      cwd: root,
      stdio: shown ? 'inherit' : ['ignore', writing, writing],
      env: full ? { ...env, TEST_FULL: '1' } : env,
    },
  );
  const [status] = await once(mocha, 'exit');
  if (!shown) process.stdout.write(readFileSync(output));
  const report: TestReport = existsSync(reportFile)
    ? JSON.parse(readFileSync(reportFile, 'utf8'))
    : { counts: { passed: 0, failed: 0, skipped: 0 }, failures: [], seconds: {} };
  // With arguments for mocha it may have been a part of the file.
  if (mochaArgs.length === 0) Object.assign(times, report.seconds);
  // A failed hook or a crash, before the first test or after the last one, fails the tier even if no test did.
  if (status !== 0 && report.counts.failed === 0) {
    report.counts.failed = 1;
    report.failures.push(`mocha ended with ${status} outside its tests`);
  }
  for (const key of Object.keys(total) as (keyof TestCounts)[]) total[key] += report.counts[key];
  failures.push(...report.failures.map((failure) => `[${tier}] ${failure}`));
}
