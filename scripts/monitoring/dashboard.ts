/**
 * Grafana dashboards as data (grafana.com/docs/grafana/latest/visualizations/dashboards/build-dashboards/view-dashboard-json-model):
 * only as much of the model as ours need. Grafana's own SDK is generated anew for each of its versions and has no stable release.
 */

/** A curve, number or row of a panel. */
export interface Query {
  /** PromQL, in which the dashboard's variables may stand. */
  readonly expr: string;
  /** Label of what comes of it, such as `{{zone}}`. */
  readonly legend: string;
}

/** Grafana's names of units. */
export type Unit = 'short' | 's' | 'percentunit' | 'bytes' | 'ops';

export interface Panel {
  readonly title: string;
  /** What it shows, and how to read it. */
  readonly description: string;
  /** @default curves over time */
  readonly type?: 'timeseries' | 'stat' | 'table';
  readonly unit: Unit;
  readonly queries: readonly Query[];
}

/** A line of panels that share its width. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A choice at the top of a dashboard. */
export interface Variable {
  readonly name: string;
  /** PromQL `label_values(…)` that lists what there is to choose. */
  readonly query: string;
}

export interface DashboardProps {
  /** By which links find it; it never changes. */
  readonly uid: string;
  readonly title: string;
  readonly variables: readonly Variable[];
  readonly rows: readonly Row[];
}

/** Grafana's grid is so many units wide. */
const WIDTH = 24;
const HEIGHT = { stat: 4, timeseries: 8, table: 8 };
const DATASOURCE = { type: 'prometheus', uid: '$datasource' };
/** Of the JSON model: Grafana 10.2's; later ones read it. */
const SCHEMA_VERSION = 39;

/** The dashboard as Grafana imports it. */
export function dashboard({ uid, title, variables, rows }: DashboardProps): object {
  return {
    uid,
    title,
    tags: ['rollcall'],
    schemaVersion: SCHEMA_VERSION,
    editable: true,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    templating: { list: [datasourceVariable(), ...variables.map(queryVariable)] },
    panels: layOut(rows),
  };
}

function layOut(rows: readonly Row[]): object[] {
  const panels: object[] = [];
  let y = 0;
  for (const row of rows) {
    panels.push({ id: panels.length + 1, type: 'row', title: row.title, collapsed: false, ...grid(0, y, WIDTH, 1) });
    y += 1;
    const width = WIDTH / row.panels.length;
    const height = Math.max(...row.panels.map(({ type = 'timeseries' }) => HEIGHT[type]));
    row.panels.forEach((panel, i) => {
      panels.push({ id: panels.length + 1, ...renderPanel(panel), ...grid(i * width, y, width, height) });
    });
    y += height;
  }
  return panels;
}

function grid(x: number, y: number, w: number, h: number): object {
  return { gridPos: { x, y, w, h } };
}

function renderPanel({ title, description, type = 'timeseries', unit, queries }: Panel): object {
  const isTable = type === 'table';
  return {
    type,
    title,
    description,
    datasource: DATASOURCE,
    fieldConfig: { defaults: { unit, ...(type === 'timeseries' && { min: 0 }) }, overrides: [] },
    options: OPTIONS[type],
    targets: queries.map(({ expr, legend }, i) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + i),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
      ...(isTable ? { format: 'table', instant: true } : { range: true }),
    })),
    ...(isTable && { transformations: [{ id: 'organize', options: { excludeByName: { Time: true } } }] }),
  };
}

const OPTIONS = {
  timeseries: {
    legend: { showLegend: true, displayMode: 'list', placement: 'bottom' },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  stat: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'none', graphMode: 'area' },
  table: {},
};

function datasourceVariable(): object {
  return { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' };
}

function queryVariable({ name, query }: Variable): object {
  return {
    name,
    type: 'query',
    datasource: DATASOURCE,
    query: { query, refId: name },
    refresh: 2, // when the time range changes
    multi: true,
    includeAll: true,
    current: { text: ['All'], value: ['$__all'] },
    sort: 1,
  };
}
