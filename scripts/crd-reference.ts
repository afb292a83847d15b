/**
 * Writes docs/reference/: a page for each kind, made from its schema, and the tables of the reasons of its conditions and Events.
 *
 *   node scripts/crd-reference.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CustomResourceKind, objectSchema } from '../constructs/crds/custom-resource.ts';
import { KINDS } from '../constructs/crds/kinds.ts';
import type { JsonSchema } from '../constructs/crds/structural-schema.ts';
import { GROUP_VERSION } from '../constructs/names.ts';
import { table } from './markdown-table.ts';
import { reasonPages } from './reason-pages.ts';

/** Pages by their path from the project's folder. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map([
    ...KINDS.map((kind) => [`docs/reference/${kind.singular}.md`, page(kind)] as const),
    ...reasonPages(),
  ]);
}

function page(kind: CustomResourceKind): string {
  const { spec, status } = objectSchema(kind).properties;
  return `# ${kind.kind}

<!-- Written by \`npm run reference\` from constructs/crds/; edit there. -->

${kind.description} \`${GROUP_VERSION}\`, ${kind.scope === 'Namespaced' ? 'namespaced' : 'cluster-scoped'}; short name \`${kind.shortNames.join('`, `')}\`.

## Spec

${table(['Field', 'Type', 'Default', 'Meaning'], fields(spec, 'spec').map(specRow))}

${spanningRules([...kind.rules, ...rules(spec)])}## Status

${table(['Field', 'Type', 'Meaning'], fields(status, 'status').map(statusRow))}

## Columns of \`kubectl get ${kind.plural}\`

${table(
  ['Column', 'Field', 'Meaning'],
  kind.columns.map((column) => [column.name.toUpperCase(), `\`${column.jsonPath.slice(1)}\``, column.description]),
)}
`;
}

function spanningRules(all: readonly { readonly message: string }[]): string {
  if (all.length === 0) return '';
  return `Rules that span fields:\n\n${all.map((rule) => `- ${rule.message}`).join('\n')}\n\n`;
}

interface Field {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** Every field below an object, depth first. */
function fields(schema: JsonSchema, path: string): Field[] {
  const required = (schema.required ?? []) as string[];
  return Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).flatMap(([name, child]) => {
    const field = { path: `${path}.${name}`, schema: child, required: required.includes(name) };
    const items = child.items as JsonSchema | undefined;
    return [field, ...(items ? fields(items, `${field.path}[]`) : fields(child, field.path))];
  });
}

function specRow({ path, schema, required }: Field): string[] {
  const fallback = schema.default === undefined ? (required ? 'required' : '') : code(JSON.stringify(schema.default));
  const messages = rules(schema).map(({ message }) => message);
  const validation = messages.length === 0 ? [] : [`Validation: ${messages.join('; ').replace(/\.$/, '')}.`];
  return [code(path), typeOf(schema), fallback, [schema.description, ...validation].join(' ')];
}

function statusRow({ path, schema }: Field): string[] {
  return [code(path), typeOf(schema), String(schema.description)];
}

function typeOf(schema: JsonSchema): string {
  if (schema['x-kubernetes-int-or-string']) return 'integer or string';
  if (schema.enum) return (schema.enum as string[]).map(code).join(', ');
  if (schema.items) return `list${bound(schema.maxItems, 'of at most')}`;
  if (schema.additionalProperties) {
    return /x-kubernetes-(int-or-string|preserve-unknown-fields)/.test(JSON.stringify(schema.additionalProperties))
      ? 'map of quantities'
      : 'map of texts';
  }
  if (schema.minimum !== undefined && schema.maximum !== undefined) return `${schema.minimum} … ${schema.maximum}`;
  return `${schema.type}${bound(schema.maxLength, 'of at most')}`;
}

function bound(value: unknown, words: string): string {
  return value === undefined ? '' : ` ${words} ${value}`;
}

function rules(schema: JsonSchema): { message: string }[] {
  return (schema['x-kubernetes-validations'] ?? []) as { message: string }[];
}

function code(text: string): string {
  return `\`${text}\``;
}

if (import.meta.main) {
  for (const [path, text] of referencePages()) writeFileSync(join(import.meta.dirname, '..', path), text);
}
