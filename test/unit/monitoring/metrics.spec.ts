import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ALL_GROUPS_RULES, OPERATOR_RULE_GROUP } from '../../../constructs/monitoring/rule-groups.ts';
import { panelQueries } from '../../support/dashboards.ts';
import { root } from '../synthesis/run-app.ts';

/** Series that the reference describes; other tests hold it against what peer and operator export. */
function described(page: string): string[] {
  const rows = readFileSync(join(root, 'docs/reference', page), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) => {
    const [, names, type] = row.split('|');
    const suffixes = type!.trim() === 'histogram' ? ['_bucket', '_count', '_sum'] : [''];
    return [...names!.matchAll(/`(\w+)`/g)].flatMap(([, name]) => suffixes.map((suffix) => name + suffix));
  });
}

/** Both programs have them, and Prometheus has `up` of every target. */
const COMMON = ['up', 'process_cpu_seconds_total', 'process_resident_memory_bytes'];

const named = (expr: string) => [...expr.matchAll(/\b(\w+)\{/g)].map(([, name]) => name!);

describe('queries of alerts and dashboards', () => {
  const queries: [title: string, page: string, exprs: string[]][] = [
    ['peers.rules.yml', 'peer-metrics.md', ALL_GROUPS_RULES.rules.map(({ expr }) => expr)],
    ['operator.rules.yml', 'operator-metrics.md', OPERATOR_RULE_GROUP.rules.map(({ expr }) => expr)],
    ['peers-dashboard.json', 'peer-metrics.md', queriesOf('Rollcall / Peers')],
    ['operator-dashboard.json', 'operator-metrics.md', queriesOf('Rollcall / Operator')],
  ];

  function queriesOf(dashboard: string): string[] {
    return panelQueries().flatMap((query) => (query.dashboard === dashboard ? query.expr : []));
  }

  for (const [title, page, exprs] of queries) {
    it(`in ${title} name metrics that ${page} describes`, () => {
      const names = exprs.flatMap(named);
      expect(names).to.have.length.at.least(exprs.length);
      expect([...described(page), ...COMMON]).to.include.members(names);
    });
  }
});
