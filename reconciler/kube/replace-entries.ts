import type { ApplyConfiguration, FieldSet, KubeObject } from './object.ts';

/**
 * What of an object has to be replaced before it can be applied as rendered, as a JSON merge patch; undefined: nothing.
 *
 * Lists are merged by keys, and somebody may have changed the key of an entry of ours, such as the number of a port: ours is
 * missing then, theirs is another entry, and the API server rejects both together for what has to be unique, such as the
 * port's name. Their entry becomes ours again; what else they have added to it, and other entries, stay.
 *
 * @param live with its managedFields, which show by which keys lists are merged
 * @param duplicates names of the fields that the API server called duplicates
 */
export function entriesToReplace(
  rendered: ApplyConfiguration,
  live: KubeObject,
  duplicates: ReadonlySet<string>,
): Readonly<Record<string, unknown>> | undefined {
  const { apiVersion: _, kind: __, metadata: ___, ...content } = rendered;
  const fields = merged(live.metadata.managedFields?.flatMap(({ fieldsV1 }) => fieldsV1 ?? []) ?? []);
  const fixed = fix(content, live, fields, duplicates);
  return fixed === live ? undefined : difference(live, fixed);
}

/** The live value with entries replaced; the very same value where there is none to replace. */
function fix(rendered: unknown, live: unknown, fields: FieldSet, duplicates: ReadonlySet<string>): unknown {
  if (Array.isArray(rendered) && Array.isArray(live)) return fixList(rendered, live, fields, duplicates);
  if (!isRecord(rendered) || !isRecord(live)) return live;
  const changed = Object.entries(rendered).flatMap(([field, value]) => {
    const before = live[field];
    const after = fix(value, before, fields[`f:${field}`] ?? {}, duplicates);
    return after === before ? [] : [[field, after] as const];
  });
  return changed.length === 0 ? live : { ...live, ...Object.fromEntries(changed) };
}

function fixList(
  rendered: readonly unknown[],
  live: readonly unknown[],
  fields: FieldSet,
  duplicates: ReadonlySet<string>,
): readonly unknown[] {
  const elements = Object.keys(fields).filter((element) => element.startsWith('k:'));
  if (elements.length === 0) return live;
  const keys = Object.keys(JSON.parse(elements[0]!.slice('k:'.length)) as Entry);
  const wanted = rendered.filter(isRecord);
  const list = [...live];
  for (const item of wanted) {
    const at = list.findIndex((other) => isRecord(other) && isSame(item, other, keys));
    if (at >= 0) {
      list[at] = fix(item, list[at], fieldsOf(list[at] as Entry, fields, elements), duplicates);
      continue;
    }
    const inTheWay = list.findIndex(
      (other) =>
        isRecord(other) &&
        !wanted.some((entry) => isSame(entry, other, keys)) &&
        [...duplicates].some((field) => item[field] !== undefined && item[field] === other[field]),
    );
    if (inTheWay >= 0) list[inTheWay] = { ...(list[inTheWay] as Entry), ...withKey(item, keys) };
  }
  return list.every((entry, i) => entry === live[i]) ? live : list;
}

type Entry = Readonly<Record<string, unknown>>;

/** What the API server makes of keys that an entry doesn't say (`x-kubernetes-list-map-keys` with defaults, of Services and pods). */
const KEY_DEFAULTS: Entry = { protocol: 'TCP' };

/** The entry with all of its key, as far as that is known. */
function withKey(rendered: Entry, keys: readonly string[]): Entry {
  const missing = keys.filter((key) => rendered[key] === undefined && KEY_DEFAULTS[key] !== undefined);
  return { ...rendered, ...Object.fromEntries(missing.map((key) => [key, KEY_DEFAULTS[key]])) };
}

/** What a rendered entry doesn't say of the key is a default of the API server. */
function isSame(rendered: Entry, live: Entry, keys: readonly string[]): boolean {
  const entry = withKey(rendered, keys);
  return keys.every((key) => entry[key] === undefined || entry[key] === live[key]);
}

function fieldsOf(entry: Entry, fields: FieldSet, elements: readonly string[]): FieldSet {
  const element = elements.find((candidate) =>
    Object.entries(JSON.parse(candidate.slice('k:'.length)) as Entry).every(([key, value]) => entry[key] === value),
  );
  return element === undefined ? {} : fields[element]!;
}

function merged(sets: readonly FieldSet[]): FieldSet {
  const names = new Set(sets.flatMap((set) => Object.keys(set)));
  return Object.fromEntries(Array.from(names, (name) => [name, merged(sets.flatMap((set) => set[name] ?? []))]));
}

/** As a merge patch: lists are whole. */
function difference(live: unknown, fixed: unknown): Readonly<Record<string, unknown>> {
  const [before, after] = [live as Entry, fixed as Entry];
  return Object.fromEntries(
    Object.entries(after).flatMap(([field, value]) => {
      if (value === before[field]) return [];
      return [[field, Array.isArray(value) ? value : difference(before[field], value)]];
    }),
  );
}

function isRecord(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
