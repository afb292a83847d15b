import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const dist = join(import.meta.dirname, '../../dist');

/** An object of a manifest. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: manifests are JSON of any kind, which the cases look into
  readonly [field: string]: any;
}

/** File names and texts of a folder, without its folders. */
export function texts(folder: string): Record<string, string> {
  return Object.fromEntries(
    globSync('*', { cwd: folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')] as const)
      .sort(),
  );
}

/** The objects of a manifest, in its order. */
export function objectsOf(text: string): ManifestObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as ManifestObject);
}

/** File names and texts of dist/'s manifests: what kubectl reads there. */
export function distManifests(): Record<string, string> {
  return Object.fromEntries(Object.entries(texts(dist)).filter(([file]) => file.endsWith('.yaml')));
}

/** The objects of manifests as `Kind/namespace/name`: Helm and kustomize have orders of their own. */
export function objectsByName(...manifests: string[]): Record<string, ManifestObject> {
  const key = ({ kind, metadata: { namespace, name } }: ManifestObject) =>
    [kind, namespace, name].filter(Boolean).join('/');
  return Object.fromEntries(manifests.flatMap(objectsOf).map((object) => [key(object), object]));
}
