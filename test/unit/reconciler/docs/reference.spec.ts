import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { jobMetrics } from '../../../../reconciler/compute-job/metrics.ts';
import { nodeMetrics } from '../../../../reconciler/compute-node/metrics.ts';
import { FLAGS, type FlagSpec } from '../../../../reconciler/flags/table.ts';
import { peerGroupMetrics } from '../../../../reconciler/peer-group/metrics.ts';
import { Metrics } from '../../../../reconciler/runtime/metrics.ts';

const root = join(import.meta.dirname, '../../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('reference pages of the operator', () => {
  it('have a row for every flag, with its variable, default and help', () => {
    const rows = Object.entries<FlagSpec>(FLAGS).map(([name, { env, default: preset, help }]) =>
      [`| \`--${name}\``, `\`${env}\``, preset === undefined ? '' : `\`${preset}\``, `${help} |`]
        .join(' | ')
        .replace('|  |', '| |'),
    );
    const page = read('docs/reference/operator-flags.md').split('\n');
    expect(page.filter((line) => line.startsWith('| `--'))).to.deep.equal(rows);
  });

  it('have a row for every metric of our own', async () => {
    const metrics = new Metrics('0', () => 0);
    metrics.watchCacheSize(() => []);
    metrics.watchLinesLost(() => 0);
    nodeMetrics(metrics.registry, () => []);
    jobMetrics(metrics.registry, () => []);
    peerGroupMetrics(metrics.registry, () => ({}));
    const names = (await metrics.registry.getMetricsAsJSON())
      .map(({ name }) => name)
      .filter((name) => !/^(process|nodejs)_/.test(name));
    const page = read('docs/reference/operator-metrics.md');
    const rows = [...page.matchAll(/^\| `(\w+)` \| (?:gauge|counter|histogram)/gm)].map(([, name]) => name);
    expect(rows).to.have.members(names);
  });
});
