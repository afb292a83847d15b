import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A part of the source: a row of the table "Modules" in docs/design.md. */
export interface Module {
  /** `folder/` (its own files), `folder/**` (and what is below it), or files: `folder/{a,b}.ts`. */
  readonly paths: readonly string[];
  /** The same, of what its files may import besides each other; undefined: anything. */
  readonly mayImport: readonly string[] | undefined;
}

/** Imports by importing file. Paths are from the root of the repository; packages are left out. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

/** Module names that a source text imports, types included. */
export function importsOf(text: string): string[] {
  return [...text.matchAll(IMPORT)].map(([, from, bare, dynamic]) => (from ?? bare ?? dynamic)!);
}

/** The imports of every TypeScript file below `root`. */
export function readImports(root: string): ImportGraph {
  const files = globSync('**/*.ts', {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|build|coverage|dist)$/.test(path),
  });
  const own = (from: string, name: string) => relative(root, join(root, dirname(from), name));
  return new Map(
    files.sort().map((file) => {
      const names = importsOf(readFileSync(join(root, file), 'utf8'));
      return [file, names.filter((name) => /^\..*\.ts$/.test(name)).map((name) => own(file, name))];
    }),
  );
}

/**
 * Reads the table under the heading "Modules": its columns are the module, what it is for, and what it may import. Paths are in
 * backticks; `anything` and `nothing` are the only other words that mean something.
 *
 * @throws Error for a row whose last column has neither paths nor one of these words
 */
export function parseModules(markdown: string): Module[] {
  const section = /^## Modules$([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(markdown)?.[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) => {
    const cells = row.split('|').slice(1, -1);
    const last = cells.at(-1) ?? '';
    const mayImport = pathsIn(last);
    if (mayImport.length === 0 && !/\b(anything|nothing)\b/.test(last)) {
      throw new Error(`what may this module import: paths in backticks, "anything" or "nothing"? ${row}`);
    }
    return { paths: pathsIn(cells[0] ?? ''), mayImport: /\banything\b/.test(last) ? undefined : mayImport };
  });
}

/** The module of a file: of those that cover it the one with the longest path. */
export function moduleOf(file: string, modules: readonly Module[]): Module | undefined {
  const covers = (module: Module) =>
    Math.max(0, ...module.paths.filter((path) => isIn(file, path)).map((path) => path.replace(/\*+$/, '').length));
  const module = modules.reduce<Module | undefined>(
    (best, each) => (covers(each) > (best ? covers(best) : 0) ? each : best),
    undefined,
  );
  return module;
}

/** Files in no module. */
export function filesInNoModule(graph: ImportGraph, modules: readonly Module[]): string[] {
  return [...graph.keys()].filter((file) => moduleOf(file, modules) === undefined);
}

/** Imports of other modules that the importing module's row does not allow. */
export function forbiddenImports(graph: ImportGraph, modules: readonly Module[]): string[] {
  return [...graph].flatMap(([file, imports]) => {
    const module = moduleOf(file, modules);
    const { mayImport } = module ?? {};
    if (module === undefined || mayImport === undefined) return [];
    return imports
      .filter((to) => moduleOf(to, modules) !== module && !mayImport.some((path) => isIn(to, path)))
      .map((to) => `${file} imports ${to}`);
  });
}

/** Paths in the table that no file is in. */
export function emptyPaths(graph: ImportGraph, modules: readonly Module[]): string[] {
  const files = [...graph.keys()];
  const paths = modules.flatMap((module) => [...module.paths, ...(module.mayImport ?? [])]);
  return [...new Set(paths)].filter((path) => !files.some((file) => isIn(file, path)));
}

/** Paths that a row allows although the module imports nothing from there. */
export function unusedPaths(graph: ImportGraph, modules: readonly Module[]): string[] {
  return modules.flatMap((module) => {
    const imports = [...graph]
      .filter(([file]) => moduleOf(file, modules) === module)
      .flatMap(([, to]) => to.filter((file) => moduleOf(file, modules) !== module));
    const unused = (module.mayImport ?? []).filter((path) => !imports.some((file) => isIn(file, path)));
    return unused.map((path) => `${module.paths.join(', ')} imports nothing of ${path}`);
  });
}

/** Imports of a module that stands further down in the table: each module builds on those above it. */
export function upwardImports(graph: ImportGraph, modules: readonly Module[]): string[] {
  const level = new Map(modules.map((module, index) => [module, index]));
  const levelOf = (file: string) => level.get(moduleOf(file, modules)!) ?? 0;
  return [...graph].flatMap(([file, imports]) =>
    imports.filter((to) => levelOf(to) > levelOf(file)).map((to) => `${file} imports ${to}, which is further down`),
  );
}

/** Files that import each other in a circle, sorted: one entry for each circle (strongly connected component, Tarjan 1972). */
export function cycles(graph: ImportGraph): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const visit = (file: string): void => {
    const at = order.size;
    order.set(file, at);
    lowest.set(file, at);
    stack.push(file);
    for (const to of graph.get(file) ?? []) {
      if (!order.has(to)) visit(to);
      // What is no longer on the stack belongs to a component that is complete.
      if (stack.includes(to)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(to)!));
    }
    if (lowest.get(file) !== at) return;
    const component = stack.splice(stack.indexOf(file));
    if (component.length > 1) found.push(component.sort());
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return found;
}

function pathsIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path!);
}

function isIn(file: string, path: string): boolean {
  if (path.endsWith('/**')) return file.startsWith(path.slice(0, -2));
  if (path.endsWith('/')) return `${dirname(file)}/` === path;
  const [, before = '', names, after = ''] = /^(.*)\{(.*)\}(.*)$/.exec(path) ?? [];
  return names === undefined ? file === path : names.split(',').some((name) => file === `${before}${name}${after}`);
}
