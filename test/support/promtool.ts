import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'mocha';
import type { RuleGroup } from '../../constructs/monitoring/alert-rule.ts';
import { ensureModule } from '../cluster/build.ts';
import { run } from '../cluster/command.ts';
import { cliProgress } from '../cluster/progress.ts';
import { describeMissingGo } from '../cluster/requirements.ts';
import { skipUnlessPossible } from './skip.ts';

/** A build from empty caches takes minutes on two cores. Milliseconds. */
const BUILD_MS = 20 * 60_000;

/** Runs promtool with these arguments; rejects with what it printed when it fails. */
export interface Promtool {
  (...args: readonly string[]): Promise<string>;
  /** @throws Error with what its linter says of metrics in Prometheus' text format, if anything */
  checkMetrics(text: string): Promise<void>;
}

/** Call it in a `before`: builds promtool unless it is in the cache; skips where that is not possible. */
export async function ensurePromtool(context: Context): Promise<Promtool> {
  context.timeout(BUILD_MS);
  skipUnlessPossible(context, await describeMissingGo('promtool'));
  const program = join(await ensureModule('promtool', cliProgress()), 'promtool');
  const checkMetrics = async (input: string) => void (await run(program, ['check', 'metrics'], { input }));
  return Object.assign((...args: readonly string[]) => run(program, args), { checkMetrics });
}

/** An alert that fires. */
export interface FiringAlert {
  /** Without alertname. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Series, and what comes of them (prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules). */
export interface RuleTest {
  readonly rules: RuleGroup;
  /** Values a minute by series, such as `0 1x5`: from the Unix epoch on. */
  readonly series: Readonly<Record<string, string>>;
  readonly alert: string;
  /** When to look, such as `5m`. */
  readonly at: string;
  readonly fires: readonly FiringAlert[];
}

/** @throws Error with promtool's comparison when other alerts fire than those */
export async function testRules(promtool: Promtool, { rules, series, alert, at, fires }: RuleTest): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-rules-'));
  try {
    writeFileSync(join(folder, 'rules.yml'), JSON.stringify({ groups: [rules] }));
    const test = {
      interval: '1m',
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      alert_rule_test: [
        {
          alertname: alert,
          eval_time: at,
          exp_alerts: fires.map(({ labels, annotations }) => ({ exp_labels: labels, exp_annotations: annotations })),
        },
      ],
    };
    const file = join(folder, 'test.yml');
    writeFileSync(file, JSON.stringify({ rule_files: ['rules.yml'], tests: [test] }));
    await promtool('test', 'rules', file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
