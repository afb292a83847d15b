/** `npm run monitoring`: writes examples/monitoring/ from scripts/monitoring/ and constructs/monitoring/. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { stringify } from 'yaml';
import { ALL_GROUPS_RULES, OPERATOR_RULE_GROUP } from '../constructs/monitoring/rule-groups.ts';
import { OperatorMonitoring } from '../constructs/operator/monitoring.ts';
import { OPERATOR_PART } from '../constructs/operator/part.ts';
import { OPERATOR_DASHBOARD } from './monitoring/operator-dashboard.ts';
import { PEERS_DASHBOARD } from './monitoring/peers-dashboard.ts';
import { prometheusConfig } from './monitoring/prometheus-config.ts';

const WRITTEN = '# Written by npm run monitoring (scripts/monitoring.ts).\n';

/** Texts by their paths from the project's folder. */
export function monitoringFiles(): Map<string, string> {
  const files: [name: string, text: string][] = [
    ['prometheus.yml', yaml(prometheusConfig())],
    ['peers.rules.yml', yaml({ groups: [ALL_GROUPS_RULES] })],
    ['operator.rules.yml', yaml({ groups: [OPERATOR_RULE_GROUP] })],
    ['operator-monitor.yaml', operatorMonitor()],
    ['peers-dashboard.json', json(PEERS_DASHBOARD)],
    ['operator-dashboard.json', json(OPERATOR_DASHBOARD)],
  ];
  return new Map(files.map(([name, text]) => [`examples/monitoring/${name}`, text]));
}

/** For clusters with the Prometheus operator: what `new Operator(…, {monitoring: true})` adds. */
function operatorMonitor(): string {
  const chart = new Chart(new App(), 'monitoring');
  new OperatorMonitoring(chart, 'monitoring', OPERATOR_PART);
  return WRITTEN + (chart.toJson() as object[]).map((object) => stringify(object, { lineWidth: 0 })).join('---\n');
}

function yaml(value: object): string {
  return WRITTEN + stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

if (import.meta.main) {
  for (const [path, text] of monitoringFiles()) writeFileSync(join(import.meta.dirname, '..', path), text);
}
