import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE_DIR = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENSE_FILE = /^(licen[sc]e|notice|copying)/i;

/**
 * The license texts that the packages inside a bundle ask to be passed on, one section a package, sorted by name.
 *
 * @param inputs bundled files as paths from `root`, as esbuild's metafile lists them
 */
export function thirdPartyLicenses(inputs: readonly string[], root: string): string {
  const folders = new Set(inputs.map((input) => PACKAGE_DIR.exec(input)?.[1]).filter((folder) => folder !== undefined));
  return [...folders]
    .map((folder) => section(join(root, folder)))
    .sort()
    .join('\n');
}

function section(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const files = readdirSync(folder).filter((file) => LICENSE_FILE.test(file));
  return [
    `${manifest.name} ${manifest.version} (${manifest.license ?? 'no license named'})`,
    ...files.sort().map((file) => readFileSync(join(folder, file), 'utf8')),
    '',
  ].join('\n');
}
