import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A part of the source: a row of the table "Modules" in docs/design.md. */
export interface Room {
  /** `folder/` (its own files), `folder/**` (and what is below it), or files: `folder/{a,b}.ts`. */
  readonly paths: readonly string[];
  /** The same, of what its files may import besides each other; undefined: anything. */
  readonly mayImport: readonly string[] | undefined;
}

/** Imports by importing file. Paths are from the root of the repository; other modules are left out. */
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
 * Reads the table under the heading "Modules": its columns are the room, what it is for, and what it may import. Paths are in
 * backticks; `anything` and `nothing` are the only other words that mean something.
 *
 * @throws Error for a row whose last column has neither paths nor one of these words
 */
export function parseRooms(markdown: string): Room[] {
  const section = /^## Modules$([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(markdown)?.[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) => {
    const cells = row.split('|').slice(1, -1);
    const last = cells.at(-1) ?? '';
    const mayImport = pathsIn(last);
    if (mayImport.length === 0 && !/\b(anything|nothing)\b/.test(last)) {
      throw new Error(`what may this room import: paths in backticks, "anything" or "nothing"? ${row}`);
    }
    return { paths: pathsIn(cells[0] ?? ''), mayImport: /\banything\b/.test(last) ? undefined : mayImport };
  });
}

/** The room of a file: of those that cover it the one with the longest path. */
export function roomOf(file: string, rooms: readonly Room[]): Room | undefined {
  const covers = (room: Room) =>
    Math.max(0, ...room.paths.filter((path) => isIn(file, path)).map((path) => path.replace(/\*+$/, '').length));
  const room = rooms.reduce<Room | undefined>(
    (best, each) => (covers(each) > (best ? covers(best) : 0) ? each : best),
    undefined,
  );
  return room;
}

/** Files in no room. */
export function homeless(graph: ImportGraph, rooms: readonly Room[]): string[] {
  return [...graph.keys()].filter((file) => roomOf(file, rooms) === undefined);
}

/** Imports of other rooms that the importing room's row does not allow. */
export function forbiddenImports(graph: ImportGraph, rooms: readonly Room[]): string[] {
  return [...graph].flatMap(([file, imports]) => {
    const room = roomOf(file, rooms);
    const { mayImport } = room ?? {};
    if (room === undefined || mayImport === undefined) return [];
    return imports
      .filter((to) => roomOf(to, rooms) !== room && !mayImport.some((path) => isIn(to, path)))
      .map((to) => `${file} imports ${to}`);
  });
}

/** Paths in the table that no file is in. */
export function emptyPaths(graph: ImportGraph, rooms: readonly Room[]): string[] {
  const files = [...graph.keys()];
  const paths = rooms.flatMap((room) => [...room.paths, ...(room.mayImport ?? [])]);
  return [...new Set(paths)].filter((path) => !files.some((file) => isIn(file, path)));
}

/** Paths that a row allows although the room imports nothing from there. */
export function unusedPaths(graph: ImportGraph, rooms: readonly Room[]): string[] {
  return rooms.flatMap((room) => {
    const imports = [...graph]
      .filter(([file]) => roomOf(file, rooms) === room)
      .flatMap(([, to]) => to.filter((file) => roomOf(file, rooms) !== room));
    const unused = (room.mayImport ?? []).filter((path) => !imports.some((file) => isIn(file, path)));
    return unused.map((path) => `${room.paths.join(', ')} imports nothing of ${path}`);
  });
}

/** Imports of a room that stands further down in the table: each room builds on those above it. */
export function upwardImports(graph: ImportGraph, rooms: readonly Room[]): string[] {
  const level = new Map(rooms.map((room, index) => [room, index]));
  const levelOf = (file: string) => level.get(roomOf(file, rooms)!) ?? 0;
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
