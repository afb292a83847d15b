import { deepEqual } from './deep-equal.ts';
import { tryParseQuantity } from './quantity.ts';

/** Maps whose values are quantities, wherever they are. */
const QUANTITY_MAPS: ReadonlySet<string> = new Set(['requests', 'limits', 'capacity', 'hard', 'overhead']);
/** Single fields that hold a quantity. */
const QUANTITY_FIELDS: ReadonlySet<string> = new Set(['sizeLimit', 'storage', 'averageValue', 'divisor']);
/** Maps that the API server drops when they are empty. */
const STRING_MAPS: ReadonlySet<string> = new Set([
  'labels',
  'annotations',
  'nodeSelector',
  'data',
  'binaryData',
  'stringData',
]);
/** What identifies an entry of a list that server-side apply merges, in the order in which they are looked for. */
const LIST_KEYS = ['uid', 'name', 'mountPath', 'containerPort', 'port', 'topologyKey', 'type'] as const;

/**
 * Whether every field that we render is in the object as the API server has it. Fields that it has besides (defaults, status,
 * what others own) don't matter; quantities are compared by value, an empty object or list equals a missing one, `8080`
 * equals `"8080"`.
 *
 * Lists of objects that have a key are compared by it, because that is how server-side apply merges them; others are
 * atomic: the same length, entry by entry.
 */
export function rendersAs(rendered: unknown, actual: unknown, field = '', parent = ''): boolean {
  if (isOmitted(rendered, field) && isOmitted(actual, field)) return true;
  if (Array.isArray(rendered)) return Array.isArray(actual) && listRendersAs(rendered, actual, field);
  if (isRecord(rendered)) {
    return (
      isRecord(actual) && Object.entries(rendered).every(([key, value]) => rendersAs(value, actual[key], key, field))
    );
  }
  if (rendered === actual) return true;
  if (QUANTITY_MAPS.has(parent) || QUANTITY_FIELDS.has(field)) return sameQuantity(rendered, actual);
  return typeof rendered !== typeof actual && String(rendered) === String(actual);
}

function listRendersAs(rendered: readonly unknown[], actual: readonly unknown[], field: string): boolean {
  const key = LIST_KEYS.find((name) => rendered.every((item) => isRecord(item) && item[name] !== undefined));
  if (key === undefined) {
    return (
      rendered.length === actual.length &&
      rendered.every((item, i) => (isRecord(item) ? rendersAs(item, actual[i], field) : deepEqual(item, actual[i])))
    );
  }
  return (rendered as Record<string, unknown>[]).every((item) =>
    actual.some((other) => isRecord(other) && deepEqual(other[key], item[key]) && rendersAs(item, other, field)),
  );
}

function sameQuantity(a: unknown, b: unknown): boolean {
  const left = typeof a === 'string' || typeof a === 'number' ? tryParseQuantity(a) : undefined;
  const right = typeof b === 'string' || typeof b === 'number' ? tryParseQuantity(b) : undefined;
  return left !== undefined && left === right;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the API server leaves out when it is sent; an empty object is more than nothing in some places (`emptyDir: {}`). */
function isOmitted(value: unknown, field: string): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return STRING_MAPS.has(field) && Object.keys(value).length === 0;
}
