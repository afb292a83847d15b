import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  cycles,
  emptyPaths,
  filesInNoModule,
  forbiddenImports,
  importsOf,
  type Module,
  moduleOf,
  parseModules,
  readImports,
  unusedPaths,
  upwardImports,
} from '../support/modules.ts';

const root = join(import.meta.dirname, '../..');

describe('modules', () => {
  const graph = readImports(root);
  const modules = parseModules(readFileSync(join(root, 'docs/design.md'), 'utf8'));

  it('has every file in a module of the table in docs/design.md', () => {
    expect(graph.size).to.be.greaterThan(500);
    expect(filesInNoModule(graph, modules), 'add a row for their folder').to.deep.equal([]);
  });

  it('names no path in the table that is empty', () => {
    expect(emptyPaths(graph, modules)).to.deep.equal([]);
  });

  it('imports what the table allows, and nothing else', () => {
    expect(forbiddenImports(graph, modules)).to.deep.equal([]);
    expect(unusedPaths(graph, modules)).to.deep.equal([]);
  });

  it('imports only what stands further up in the table', () => {
    expect(upwardImports(graph, modules)).to.deep.equal([]);
  });

  it('has no files that import each other in a cycle', () => {
    expect(cycles(graph)).to.deep.equal([]);
  });

  it('lets nothing import an entry file', () => {
    const offenders = [...graph].flatMap(([file, imports]) =>
      imports.filter((to) => /(^|\/)main\.ts$/.test(to)).map((to) => `${file} imports ${to}`),
    );
    // `rollcall` loads the program that it is asked for.
    expect(offenders.filter((line) => !line.startsWith('cli/commands.ts '))).to.deep.equal([]);
  });

  it('lets constructs do no I/O, and keeps Kubernetes clients out of the peer server', () => {
    const importsBelow = (folder: string) =>
      [...graph.keys()]
        .filter((file) => file.startsWith(folder))
        .flatMap((file) => importsOf(readFileSync(join(root, file), 'utf8')).map((name) => `${file} imports ${name}`));
    expect(importsBelow('constructs/').filter((line) => / node:(?!crypto$)/.test(line))).to.deep.equal([]);
    expect(importsBelow('server/').filter((line) => / (@kubernetes\/|undici$|cdk8s)/.test(line))).to.deep.equal([]);
  });
});

describe('check of modules', () => {
  const table = [
    '## Modules',
    '| module | is for | may import |',
    '|---|---|---|',
    '| `low/` | first | nothing |',
    '| `high/**` | second | `low/{a,b}.ts`, and its own |',
    '| `high/inner/` | third | `low/` |',
    '| `main.ts` | last | anything |',
    '',
    '## Next',
    '| `other/` | of another table | nothing |',
  ].join('\n');
  const modules = parseModules(table);
  const graph = (imports: Record<string, string[]>) => new Map(Object.entries(imports));

  it('reads the table', () => {
    const expected: Module[] = [
      { paths: ['low/'], mayImport: [] },
      { paths: ['high/**'], mayImport: ['low/{a,b}.ts'] },
      { paths: ['high/inner/'], mayImport: ['low/'] },
      { paths: ['main.ts'], mayImport: undefined },
    ];
    expect(modules).to.deep.equal(expected);
    expect(() => parseModules('## Modules\n| `low/` | first | hardly any |')).to.throw('hardly any');
  });

  it('puts a file into the nearest module', () => {
    expect(moduleOf('high/x.ts', modules)).to.equal(modules[1]);
    expect(moduleOf('high/inner/x.ts', modules)).to.equal(modules[2]);
    expect(moduleOf('high/inner/deep/x.ts', modules)).to.equal(modules[1]);
    expect(filesInNoModule(graph({ 'low/deep/x.ts': [], 'new/x.ts': [], 'x.ts': [] }), modules)).to.have.length(3);
  });

  it('finds a forbidden import', () => {
    const imports = graph({
      'low/x.ts': ['low/a.ts', 'high/x.ts'],
      'high/x.ts': ['low/a.ts', 'low/x.ts', 'high/y.ts', 'high/inner/x.ts'],
      'high/inner/x.ts': ['low/x.ts'],
      'main.ts': ['high/inner/x.ts', 'low/x.ts'],
    });
    expect(forbiddenImports(imports, modules)).to.deep.equal([
      'low/x.ts imports high/x.ts',
      'high/x.ts imports low/x.ts',
      'high/x.ts imports high/inner/x.ts',
    ]);
    expect(upwardImports(imports, modules)).to.have.length(2);
  });

  it('finds what is allowed and not imported', () => {
    const imports = graph({ 'low/a.ts': [], 'high/x.ts': ['low/a.ts'], 'high/inner/x.ts': ['high/inner/y.ts'] });
    expect(unusedPaths(imports, modules)).to.deep.equal(['high/inner/ imports nothing of low/']);
  });

  it('finds a path that is empty', () => {
    expect(emptyPaths(graph({ 'low/a.ts': [], 'high/x.ts': [], 'main.ts': [] }), modules)).to.deep.equal([
      'high/inner/',
    ]);
  });

  it('finds cycles, whatever leads into them', () => {
    const imports = graph({ a: ['b'], b: ['c', 'd'], c: ['b'], d: ['e'], e: ['f'], f: ['d', 'g'], g: [] });
    expect(cycles(imports)).to.deep.equal(
      [
        ['b', 'c'],
        ['d', 'e', 'f'],
      ].reverse(),
    );
  });

  it('sees imports of every form', () => {
    const text =
      "import a from './a.ts';\nimport {\n  b,\n} from './b.ts';\nexport type { c } from './c.ts';\nimport './d.ts';\nconst e = import('./e.ts');";
    expect(importsOf(text)).to.deep.equal(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts']);
  });
});
