import type { ApplyConfiguration } from '../../reconciler/kube/object.ts';
import type { AnyObject } from './world.ts';

/** Keys of maps, and numbers of entries in lists. */
export type FieldPath = readonly (string | number)[];

/** One edit of one field of an object, as somebody would make it. */
export interface FieldEdit {
  readonly path: FieldPath;
  /** What the field is set to; undefined: it is removed. */
  readonly value: unknown;
}

/** Which entry of `live`'s list a rendered entry is: the one that has most of it. */
function indexIn(live: readonly unknown[], rendered: unknown): number {
  const scores = live.map((other) => inCommon(rendered, other));
  return scores.indexOf(Math.max(...scores));
}

/** Number of scalars that two values have at the same places. */
function inCommon(a: unknown, b: unknown): number {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Number(a === b);
  return Object.entries(a).reduce((sum, [key, value]) => sum + inCommon(value, (b as Record<string, unknown>)[key]), 0);
}

/** Paths in the live object of every scalar, empty map and empty list that is rendered. */
export function renderedLeaves(rendered: unknown, live: unknown, path: FieldPath = []): FieldPath[] {
  if (Array.isArray(rendered) && rendered.length > 0 && Array.isArray(live)) {
    return rendered.flatMap((item) => {
      const index = indexIn(live, item);
      return renderedLeaves(item, live[index], [...path, index]);
    });
  }
  if (typeof rendered === 'object' && rendered !== null && Object.keys(rendered).length > 0) {
    return Object.entries(rendered).flatMap(([key, value]) =>
      value === undefined
        ? []
        : renderedLeaves(value, (live as Record<string, unknown> | undefined)?.[key], [...path, key]),
    );
  }
  return [path];
}

/** The leaves that can drift: not those by which an object is found, nor its owner: an object with another is not ours. */
export function driftingLeaves(
  { apiVersion: _, kind: __, metadata, ...content }: ApplyConfiguration,
  live: AnyObject,
): FieldPath[] {
  const { labels, annotations } = metadata;
  return renderedLeaves({ metadata: { labels, annotations }, ...content }, live);
}

/** Values that somebody could have set instead, to be tried until the API server takes one. */
export function otherValues(value: unknown): unknown[] {
  switch (typeof value) {
    case 'boolean':
      return [!value];
    case 'number':
      return [value + 1, value + 30, value - 1, 1];
    case 'string':
      return [
        `${value}x`,
        ...OTHERS,
        `${Number.parseInt(value, 10) + 1}m`,
        `${Number.parseInt(value, 10) + 1}%`,
        `${value}0`,
        `/${value}`,
      ];
    default:
      return [{ edited: 'yes' }, ['edited'], { medium: 'Memory' }];
  }
}

/** Other words of enumerations. */
const OTHERS = [
  ...['OrderedReady', 'Parallel', 'OnDelete', 'RollingUpdate', 'Cluster', 'Local', 'ClusterIP', 'NodePort', 'None'],
  ...['Always', 'IfNotPresent', 'Never', 'Default', 'ClusterFirst', 'HTTP', 'HTTPS', 'UDP', 'TCP', 'Egress', 'Ingress'],
  ...['Unconfined', 'RuntimeDefault', 'NET_RAW', 'Retain', 'Delete', 'IfHealthyBudget', 'AlwaysAllow', 'memory', 'cpu'],
  ...['ScheduleAnyway', 'DoNotSchedule', 'Honor', 'Ignore', 'Exists', 'In', 'NotIn', 'Utilization', 'metadata.name'],
];

/** The edit as a JSON merge patch: lists are sent whole. */
export function mergePatchOf(live: AnyObject, { path, value }: FieldEdit): Record<string, unknown> {
  return patchAt(live, path, value) as Record<string, unknown>;
}

function patchAt(live: unknown, [first, ...rest]: FieldPath, value: unknown): unknown {
  if (first === undefined) return value ?? null;
  if (Array.isArray(live)) return editedAt(live, [first, ...rest], value);
  return { [first]: patchAt((live as Record<string, unknown>)?.[first], rest, value) };
}

function editedAt(live: unknown, [first, ...rest]: FieldPath, value: unknown): unknown {
  if (first === undefined) return value;
  if (Array.isArray(live)) {
    const edited = live.map((item, index) => (index === first ? editedAt(item, rest, value) : item));
    return edited.filter((item) => item !== undefined);
  }
  const { [first]: before, ...others } = (live ?? {}) as Record<string, unknown>;
  const after = editedAt(before, rest, value);
  return after === undefined ? others : { ...others, [first]: after };
}
