import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DEFINITIONS = '_definitions.json';

/**
 * Writes the JSON schemas of some kinds so that each finds the definitions that it refers to beside it: as published they
 * name a place on the web.
 *
 * @param published folder of the schemas as PyPI's kubernetes-validate brings them
 * @param version such as `1.34.0`; the schemas go to `v1.34.0` in the folder
 */
export function writeSchemas(published: string, kinds: readonly string[], version: string, folder: string): void {
  const source = join(published, `v${version}-local-strict`);
  const target = join(folder, `v${version}`);
  mkdirSync(target, { recursive: true });
  const wanted = new Set(kinds.map((kind) => kind.toLowerCase()));
  for (const file of readdirSync(source).filter((name) => name === DEFINITIONS || wanted.has(name.split('-')[0]!))) {
    const { $id: _, ...schema } = JSON.parse(readFileSync(join(source, file), 'utf8')) as Record<string, unknown>;
    writeFileSync(join(target, file), JSON.stringify(schema).replaceAll(`"/api/${DEFINITIONS}#`, `"${DEFINITIONS}#`));
  }
}
