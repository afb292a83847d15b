import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { panelQueries } from '../../support/dashboards.ts';
import { ensurePromtool, type Promtool } from '../../support/promtool.ts';

const examples = join(import.meta.dirname, '../../../examples/monitoring');

describe('what Prometheus is given', () => {
  let promtool: Promtool;

  before(async function () {
    promtool = await ensurePromtool(this);
  });

  it('is a config and rules that it understands', async () => {
    await promtool('check', 'config', '--syntax-only', join(examples, 'prometheus.yml'));
    const rules = await promtool(
      'check',
      'rules',
      join(examples, 'peers.rules.yml'),
      join(examples, 'operator.rules.yml'),
    );
    expect(rules.match(/SUCCESS: \d+ rules found/g)).to.have.length(2);
  });

  it('are queries of dashboards that it understands', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-panels-'));
    try {
      // promtool reads expressions in rules only.
      const rules = panelQueries().map(({ expr }, i) => ({ record: `panel:${i}`, expr }));
      writeFileSync(join(folder, 'panels.yml'), JSON.stringify({ groups: [{ name: 'panels', rules }] }));
      const answer = await promtool('check', 'rules', join(folder, 'panels.yml'));
      expect(answer).to.include(`SUCCESS: ${rules.length} rules found`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
