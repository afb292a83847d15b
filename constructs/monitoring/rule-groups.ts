import type { RuleGroup } from './alert-rule.ts';
import { OPERATOR_RULES } from './operator-rules.ts';
import { peerRules } from './peer-rules.ts';

/** The rules for one group of peers. */
export function groupRules(namespace: string, group: string): RuleGroup {
  return {
    name: `rollcall-${namespace}-${group}`,
    rules: peerRules(`namespace="${namespace}",peergroup="${group}"`),
  };
}

/** The rules for every group of peers of a cluster. */
export const ALL_GROUPS_RULES: RuleGroup = { name: 'rollcall-peers', rules: peerRules('peergroup!=""') };

export const OPERATOR_RULE_GROUP: RuleGroup = { name: 'rollcall-operator', rules: OPERATOR_RULES };
