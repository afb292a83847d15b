import { expect } from 'chai';
import type { AlertRule, RuleGroup } from '../../../constructs/monitoring/alert-rule.ts';
import { ALL_GROUPS_RULES, groupRules, OPERATOR_RULE_GROUP } from '../../../constructs/monitoring/rule-groups.ts';
import { ensurePromtool, type Promtool, testRules } from '../../support/promtool.ts';
import type { AlertCase } from './alert-case.ts';
import { OPERATOR_CASES } from './operator-cases.ts';
import { PEER_CASES } from './peer-cases.ts';

let promtool: Promtool;

before(async function () {
  promtool = await ensurePromtool(this);
});

/** What is to fire, as promtool compares it. */
function firing({ labels, annotations }: AlertRule, { fires = [] }: AlertCase) {
  return fires.map(({ labels: own, summary }) => ({
    labels: { ...labels, ...own },
    annotations: {
      summary,
      description: annotations.description.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, name) => own[name] ?? ''),
    },
  }));
}

const sources: readonly (readonly [title: string, rules: RuleGroup, cases: readonly AlertCase[]])[] = [
  ['peers of all groups', ALL_GROUPS_RULES, PEER_CASES],
  ['the operator', OPERATOR_RULE_GROUP, OPERATOR_CASES],
];

for (const [title, rules, cases] of sources) {
  describe(`an alert on ${title}`, () => {
    it('has a case in which it fires and one in which it does not', () => {
      const names = (wanted: boolean) => [
        ...new Set(cases.filter(({ fires }) => (fires !== undefined) === wanted).map(({ alert }) => alert)),
      ];
      const alerts = rules.rules.map(({ alert }) => alert);
      expect(names(true)).to.have.members(alerts);
      expect(names(false)).to.have.members(alerts);
    });

    for (const each of cases) {
      const { alert, series, at } = each;
      it(`${alert} ${each.fires ? 'fires for' : 'is silent about'} ${each.title}`, () => {
        const rule = rules.rules.find((candidate) => candidate.alert === alert)!;
        return testRules(promtool, { rules, series, alert, at, fires: firing(rule, each) });
      });
    }
  });
}

describe('the rules of a group', () => {
  const rules = groupRules('demo', 'web');

  for (const each of PEER_CASES.filter(({ fires }) => fires)) {
    const { alert, series, at } = each;
    it(`include ${alert}, which fires for ${each.title}`, () => {
      const rule = rules.rules.find((candidate) => candidate.alert === alert)!;
      return testRules(promtool, { rules, series, alert, at, fires: firing(rule, each) });
    });
  }

  it('are silent about a group whose name begins alike', async () => {
    const labels = 'namespace="demo",peergroup="web-api",pod="web-api-0",prober="web-api-0",peer="web-api-1"';
    const series = { [`rollcall_peer_up{${labels}}`]: '0x9' };
    await testRules(promtool, { rules, series, alert: 'RollcallPeerDown', at: '5m', fires: [] });
    const alerts = { rules: ALL_GROUPS_RULES, series, alert: 'RollcallPeerDown', at: '5m', fires: [] };
    expect(await testRules(promtool, alerts).catch(() => 'it fires')).to.equal('it fires');
  });
});
