import { OPERATOR_DASHBOARD } from '../../scripts/monitoring/operator-dashboard.ts';
import { PEERS_DASHBOARD } from '../../scripts/monitoring/peers-dashboard.ts';

/** What a panel asks Prometheus for. */
export interface PanelQuery {
  readonly dashboard: string;
  readonly panel: string;
  readonly expr: string;
}

interface Dashboard {
  readonly title: string;
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
}

/** Every query of every dashboard, for everything that its variables offer and as Grafana would fill in the rest. */
export function panelQueries(): PanelQuery[] {
  return ([PEERS_DASHBOARD, OPERATOR_DASHBOARD] as Dashboard[]).flatMap(({ title, panels }) =>
    panels.flatMap((panel) =>
      (panel.targets ?? []).map(({ expr }) => ({
        dashboard: title,
        panel: panel.title,
        expr: expr.replaceAll('$__rate_interval', '1m').replaceAll(/\$\w+/g, '.+'),
      })),
    ),
  );
}
