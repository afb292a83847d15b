import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect } from 'chai';

const root = join(import.meta.dirname, '../..');
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

interface Edge {
  readonly from: string;
  readonly to: string;
}

/** All imports of the source rooms: `to` is a path from the root for our own files, else the module's name. */
function edges(): Edge[] {
  return globSync(['main.ts', '{constructs,reconciler,server}/**/*.ts'], { cwd: root }).flatMap((from) =>
    [...readFileSync(join(root, from), 'utf8').matchAll(IMPORT)].map((match) => {
      const name = (match[1] ?? match[2] ?? match[3])!;
      return { from, to: name.startsWith('.') ? relative(root, join(root, dirname(from), name)) : name };
    }),
  );
}

function offenders(from: RegExp, to: RegExp): string[] {
  return edges()
    .filter((edge) => from.test(edge.from) && to.test(edge.to))
    .map((edge) => `${edge.from} imports ${edge.to}`);
}

describe('import rule', () => {
  it('sees the imports that are there', () => {
    expect(edges().length).to.be.greaterThan(5);
  });

  it('keeps constructs free of reconciler and server', () => {
    expect(offenders(/^constructs\//, /^(reconciler|server|test|scripts)\//)).to.deep.equal([]);
  });

  it('keeps the peer server free of the reconciler and of every Kubernetes client', () => {
    expect(offenders(/^server\//, /^(reconciler|imports|test|scripts)\/|^@kubernetes\/|^undici$|^cdk8s/)).to.deep.equal(
      [],
    );
  });

  it('keeps the rooms that all kinds share ignorant of any kind of ours', () => {
    expect(
      offenders(
        /^reconciler\/(kube|runtime|cluster)\//,
        /^reconciler\/(peer-group|compute-node|compute-job)\/|^constructs\/(?!names|content-hash|duration|printable)|^server\/(?!process\/)/,
      ),
    ).to.deep.equal([]);
  });

  it('lets jobs know nodes, and nodes know nothing of jobs', () => {
    expect(offenders(/^reconciler\/compute-node\//, /^reconciler\/(compute-job|peer-group)\//)).to.deep.equal([]);
    expect(offenders(/^reconciler\/compute-job\//, /^reconciler\/peer-group\//)).to.deep.equal([]);
    expect(offenders(/^reconciler\/peer-group\//, /^reconciler\/compute-/)).to.deep.equal([]);
  });

  it('keeps what both programs need of their process free of both', () => {
    const others = /^(constructs|reconciler|server\/(?!process\/)|imports|test|scripts)/;
    expect(offenders(/^server\/process\//, others)).to.deep.equal([]);
  });

  it('lets constructs do no I/O', () => {
    expect(offenders(/^constructs\//, /^node:(?!crypto$)/)).to.deep.equal([]);
  });

  it('lets nothing import an entry file', () => {
    expect(offenders(/./, /(^|\/)main\.ts$/)).to.deep.equal([]);
  });
});
