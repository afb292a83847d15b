import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { buildKey, goDirective, goModule } from '../../cluster/go-module.ts';
import { isAtLeast } from '../../cluster/go-toolchain.ts';

describe('build of a Go module', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'rollcall-module-'));
    cpSync(goModule('pause').dir, dir, { recursive: true });
  });

  afterEach(() => rmSync(dir, { recursive: true }));

  it('has the same key for the same sources and flags, wherever they are', () => {
    expect(buildKey({ ...goModule('pause'), dir })).to.equal(buildKey(goModule('pause')));
  });

  it('has another key when a source, a pin or a flag changes', () => {
    const pause = { ...goModule('pause'), dir };
    const keys = [buildKey(pause), buildKey({ ...pause, ldflags: '-X a=b' })];
    writeFileSync(join(dir, 'go.sum'), 'example.com v1.0.0 h1:x\n');
    keys.push(buildKey(pause));
    writeFileSync(join(dir, 'main.go'), 'package main\n');
    keys.push(buildKey(pause));
    expect(new Set(keys).size).to.equal(keys.length);
  });

  it('stamps Kubernetes with the version that its go.mod pins', () => {
    const { ldflags } = goModule('kubernetes');
    const version = /gitVersion=(v\d+\.(\d+)\.\d+)/.exec(ldflags)!;
    expect(ldflags).to.include(`gitMinor=${version[2]} `);
    expect(ldflags).to.include(`client-go/pkg/version.gitVersion=${version[1]}`);
  });

  it('takes the lowest Go version from go.mod', () => {
    expect(goDirective('module x\n\ngo 1.24.3\n\ntoolchain go1.25.0\n')).to.equal('1.24.3');
  });

  const comparisons: [string, string, boolean][] = [
    ['1.26.8', '1.24.0', true],
    ['1.24.0', '1.24.0', true],
    ['1.25rc1', '1.24.3', true],
    ['1.24', '1.24.3', false],
    ['1.9.7', '1.24.0', false],
  ];
  for (const [found, needed, enough] of comparisons) {
    it(`finds Go ${found} ${enough ? 'new enough' : 'too old'} for ${needed}`, () => {
      expect(isAtLeast(found, needed)).to.equal(enough);
    });
  }
});
