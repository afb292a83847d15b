import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** mocha's `spec` reporter that also writes its counts as JSON to the file named by the reporter option `file`. */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const counts: TestCounts = { passed: passes, failed: failures, skipped: pending };
      writeFileSync(options.reporterOptions.file, JSON.stringify(counts));
    });
  }
}
