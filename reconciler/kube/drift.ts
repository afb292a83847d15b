import type { ApplyConfiguration, FieldSet, KubeObject } from './object.ts';
import { tryParseQuantity } from './quantity.ts';

/** A field that is not as it was rendered. */
export interface DriftedField {
  /** For people: `spec.template.spec.containers[peer].image`. */
  readonly path: string;
  /** Path elements of a FieldSet. */
  readonly elements: readonly string[];
}

/** The parts of metadata that an object is rendered with and that can drift; others identify it. */
const METADATA = ['labels', 'annotations', 'ownerReferences', 'finalizers'] as const;

/**
 * The rendered fields that somebody else has changed or removed since we applied them: they left our entry of managedFields.
 * Which lists are merged by which keys, and which have one owner as a whole, is seen in the entry as well.
 *
 * Webhooks change fields without becoming their owner, so values are compared too: by what they mean, because the API server
 * writes quantities in a form of its own and leaves out empty values.
 *
 * What others add beside our fields is no drift.
 *
 * @param owned our fields of `actual`; undefined: none
 */
export function driftOf(rendered: ApplyConfiguration, actual: KubeObject, owned: FieldSet = {}): DriftedField[] {
  const drifted: DriftedField[] = [];
  const { apiVersion: _, kind: __, metadata, ...content } = rendered;
  const live = actual as ApplyConfiguration;
  const at = { path: '', elements: [] };
  compareMap(content, live, owned, at, drifted);
  const meta = { path: 'metadata', elements: ['f:metadata'] };
  const rest = Object.fromEntries(METADATA.map((field) => [field, metadata[field]]));
  compareMap(rest, live.metadata, owned['f:metadata'] ?? {}, meta, drifted);
  return drifted;
}

function compare(
  rendered: unknown,
  actual: unknown,
  owned: FieldSet | undefined,
  at: DriftedField,
  drifted: DriftedField[],
) {
  if (owned === undefined) {
    // As precisely as fields of maps can be named.
    if (isRecord(rendered) && !isEmpty(rendered)) compareMap(rendered, actual, {}, at, drifted);
    else drifted.push(at);
  } else if (Object.keys(owned).length === 0) {
    if (!sameMeaning(rendered, actual)) drifted.push(at);
  } else if (Array.isArray(rendered)) compareList(rendered, actual, owned, at, drifted);
  else if (isRecord(rendered)) compareMap(rendered, actual, owned, at, drifted);
  else drifted.push(at);
}

function compareMap(
  rendered: Readonly<Record<string, unknown>>,
  actual: unknown,
  owned: FieldSet,
  { path, elements }: DriftedField,
  drifted: DriftedField[],
): void {
  const live = isRecord(actual) ? actual : {};
  for (const [field, value] of Object.entries(rendered)) {
    if (value === undefined || value === null) continue;
    const element = `f:${field}`;
    const at = { path: path === '' ? field : `${path}.${field}`, elements: [...elements, element] };
    compare(value, live[field], owned[element], at, drifted);
  }
}

function compareList(
  rendered: readonly unknown[],
  actual: unknown,
  owned: FieldSet,
  { path, elements }: DriftedField,
  drifted: DriftedField[],
): void {
  const live = Array.isArray(actual) ? actual : [];
  const keyed = Object.keys(owned).flatMap((element) =>
    element.startsWith('k:') ? [[element, keyOf(element)] as const] : [],
  );
  for (const item of rendered) {
    if (!isRecord(item)) {
      const element = `v:${JSON.stringify(item)}`;
      if (owned[element] === undefined) drifted.push({ path: `${path}[${item}]`, elements: [...elements, element] });
      continue;
    }
    const [element, key] = keyed.find(([, key]) => isIdentifiedBy(item, key)) ?? [];
    const at = {
      path: `${path}[${labelOf(item, key)}]`,
      elements: element === undefined ? elements : [...elements, element],
    };
    const found = key && live.find((other) => isRecord(other) && hasKey(other, key));
    compare(item, found, element === undefined ? undefined : owned[element], at, drifted);
  }
}

type Key = Readonly<Record<string, unknown>>;

function keyOf(element: string): Key {
  return JSON.parse(element.slice('k:'.length)) as Key;
}

/** Whether an entry of a list has this key; what it doesn't say of the key is a default of the API server. */
function isIdentifiedBy(item: Readonly<Record<string, unknown>>, key: Key): boolean {
  return Object.entries(key).every(([field, value]) => item[field] === undefined || item[field] === value);
}

function hasKey(item: Readonly<Record<string, unknown>>, key: Key): boolean {
  return Object.entries(key).every(([field, value]) => item[field] === value);
}

function labelOf(item: Readonly<Record<string, unknown>>, key: Key | undefined): unknown {
  const [value] = Object.values(key ?? {});
  return value ?? item.name ?? item.uid ?? Object.values(item)[0];
}

/** Whether a value that we own as a whole means what we rendered. */
function sameMeaning(rendered: unknown, actual: unknown): boolean {
  if (rendered === actual || (isEmpty(rendered) && isEmpty(actual))) return true;
  if (Array.isArray(rendered)) {
    return (
      Array.isArray(actual) &&
      rendered.length === actual.length &&
      rendered.every((item, i) => sameMeaning(item, actual[i]))
    );
  }
  if (isRecord(rendered)) {
    return isRecord(actual) && Object.entries(rendered).every(([field, value]) => sameMeaning(value, actual[field]));
  }
  if (typeof rendered !== typeof actual && String(rendered) === String(actual)) return true;
  return sameQuantity(rendered, actual);
}

function sameQuantity(a: unknown, b: unknown): boolean {
  const [left, right] = [a, b].map((value) =>
    typeof value === 'string' || typeof value === 'number' ? tryParseQuantity(value) : undefined,
  );
  return left !== undefined && left === right;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the API server may leave out. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
