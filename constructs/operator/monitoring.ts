import { Construct } from 'constructs';
import { OPERATOR_SELECTOR } from '../labels.ts';
import { AlertingRules } from '../monitoring/alerting-rules.ts';
import { PodMonitor } from '../monitoring/pod-monitor.ts';
import { OPERATOR_RULE_GROUP } from '../monitoring/rule-groups.ts';
import { OPERATOR_RELABELINGS } from '../monitoring/target-labels.ts';
import type { OperatorPartProps } from './part.ts';

/** Lets the Prometheus operator (prometheus-operator.dev) scrape the operator and evaluate alerts on it. */
export class OperatorMonitoring extends Construct {
  constructor(scope: Construct, id: string, { namespace, name, labels }: OperatorPartProps) {
    super(scope, id);
    const metadata = { name, namespace, labels };
    new PodMonitor(this, 'pod-monitor', { metadata, selector: OPERATOR_SELECTOR, relabelings: OPERATOR_RELABELINGS });
    new AlertingRules(this, 'rules', { metadata, group: OPERATOR_RULE_GROUP });
  }
}
