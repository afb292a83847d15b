import { ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { RuleGroup } from './alert-rule.ts';

export interface AlertingRulesProps {
  readonly metadata: k8s.ObjectMeta;
  readonly group: RuleGroup;
}

/** Rules for the Prometheus operator (prometheus-operator.dev). */
export class AlertingRules extends Construct {
  constructor(scope: Construct, id: string, { metadata, group }: AlertingRulesProps) {
    super(scope, id);
    new ApiObject(this, 'rules', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: metadata as object,
      spec: { groups: [group] },
    });
  }
}
