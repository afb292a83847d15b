import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import Mocha from 'mocha';

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface TestReport {
  counts: TestCounts;
  /** Each failed test or hook: its full title and, indented below it, what was thrown. */
  failures: string[];
  /** How long each file took, hooks included. Paths are from the working directory. */
  seconds: Record<string, number>;
}

/** Files whose time is told at the end, and from how many seconds on. */
const SLOWEST = 8;
const SLOW_S = 5;

/**
 * mocha's `spec` reporter that also writes a {@link TestReport} as JSON to the file named by the reporter option `file`,
 * and says which files took longest, hooks included: where a tier's budget goes.
 */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const seconds: Record<string, number> = {};
    const started = new Map<Mocha.Suite, number>();
    runner.on('suite', (suite) => started.set(suite, performance.now()));
    runner.on('suite end', (suite) => {
      if (!suite.parent?.root || suite.file === undefined) return;
      const took = (performance.now() - (started.get(suite) ?? 0)) / 1000;
      const file = relative(process.cwd(), suite.file);
      seconds[file] = (seconds[file] ?? 0) + took;
    });
    const failures: string[] = [];
    runner.on('fail', (test, error) => failures.push(`${test.fullTitle()}\n  ${String(error?.message ?? error)}`));
    runner.once('end', () => {
      const { passes, failures: failed, pending } = this.stats;
      const counts: TestCounts = { passed: passes, failed, skipped: pending };
      writeFileSync(options.reporterOptions.file, JSON.stringify({ counts, failures, seconds } satisfies TestReport));
      const slow = Object.entries(seconds)
        .filter(([, took]) => took >= SLOW_S)
        .sort(([, a], [, b]) => b - a);
      for (const [file, took] of slow.slice(0, SLOWEST)) {
        console.log(`${took.toFixed(1).padStart(7)} s  ${file}`);
      }
    });
  }
}
