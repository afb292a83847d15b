import { expect } from 'chai';
import { ALL_GROUPS_RULES, OPERATOR_RULE_GROUP } from '../../../constructs/monitoring/rule-groups.ts';
import { pageText } from '../../support/doc-commands.ts';

describe('the guide to monitoring', () => {
  it('says of every alert what it means and what to do', () => {
    const rows = pageText('docs/guide/6-monitoring.md').matchAll(/^\| `(Rollcall\w+)` \| .+ \| .+ \|$/gm);
    const alerts = [ALL_GROUPS_RULES, OPERATOR_RULE_GROUP].flatMap(({ rules }) => rules.map(({ alert }) => alert));
    expect([...rows].map(([, alert]) => alert)).to.deep.equal(alerts);
  });
});
