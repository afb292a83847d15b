import type { FieldSet, KubeObject } from './object.ts';

/** Fields of the object that this manager owns by server-side apply; undefined when there is no such entry. */
export function appliedFields({ apiVersion, metadata }: KubeObject, manager: string): FieldSet | undefined {
  return metadata.managedFields?.find(
    (entry) =>
      entry.manager === manager &&
      entry.operation === 'Apply' &&
      entry.apiVersion === apiVersion &&
      entry.subresource === undefined,
  )?.fieldsV1;
}

/**
 * Field manager that replaces entries of lists before they are applied (see replace-entries.ts). Nothing may stay its own: what
 * it owns would outlive what we render.
 */
export const REPLACER = 'rollcall-replace';

/** Whether the object still has an entry of {@link REPLACER}. */
export function hasReplacer({ metadata }: KubeObject): boolean {
  return metadata.managedFields?.some(({ manager }) => manager === REPLACER) ?? false;
}

/** Who, besides this manager, owns a field, by its path elements; the API server doesn't remember who removed one. */
export function otherOwner({ metadata }: KubeObject, elements: readonly string[], manager: string): string | undefined {
  return metadata.managedFields?.find(
    (entry) => entry.manager !== manager && entry.fieldsV1 !== undefined && owns(entry.fieldsV1, elements),
  )?.manager;
}

function owns(fields: FieldSet, elements: readonly string[]): boolean {
  let at = fields;
  for (const element of elements) {
    const next = at[element];
    if (next === undefined) return at !== fields && Object.keys(at).length === 0;
    at = next;
  }
  return true;
}

const MAX_POOLED = 10_000;
/** Names of fields are short; what is longer is not worth sharing. */
const MAX_KEY = 16 * 1024;

/**
 * Shares what is equal between the field sets of many objects: those of one kind own the same fields but for a few, so that
 * remembering them costs little each.
 */
export class FieldsPool {
  readonly #nodes = new Map<string, FieldSet>();
  readonly #ids = new WeakMap<FieldSet, number>();
  #lastId = 0;

  /** Equal fields in little memory. */
  share(fields: FieldSet): FieldSet {
    const { 'f:metadata': metadata, ...rest } = fields;
    // Uids of owners are like no others, so what they are in is not worth sharing.
    const { 'f:ownerReferences': owners, ...others } = metadata ?? {};
    return {
      ...this.#shareChildren(rest),
      ...(metadata && {
        'f:metadata': { ...this.#shareChildren(others), ...(owners && { 'f:ownerReferences': owners }) },
      }),
    };
  }

  #shareChildren(fields: FieldSet): FieldSet {
    return Object.fromEntries(Object.entries(fields).map(([element, child]) => [element, this.#share(child)]));
  }

  #share(fields: FieldSet): FieldSet {
    const node = this.#shareChildren(fields);
    const key = Object.entries(node)
      .map(([element, child]) => `${element}\n${this.#ids.get(child)}`)
      .join('\n');
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    // Others may use the name of our field manager; they must not fill the memory.
    if (this.#nodes.size >= MAX_POOLED) this.#nodes.clear();
    this.#ids.set(node, ++this.#lastId);
    if (key.length <= MAX_KEY) this.#nodes.set(key, node);
    return node;
  }
}
