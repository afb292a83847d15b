import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { missingPackages } from '../../cluster/requirements.ts';

describe('what a whole cluster misses', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'rollcall-path-'));
  });

  afterEach(() => rmSync(dir, { recursive: true }));

  function put(program: string): void {
    writeFileSync(join(dir, program), '#!/bin/sh\n');
    chmodSync(join(dir, program), 0o755);
  }

  const packages = () => missingPackages(dir).map(({ package: name }) => name);

  it('includes buildah where only docker is on PATH, whose builder reads no base from a file', () => {
    put('docker');
    expect(packages()).to.include('buildah');
  });

  for (const builder of ['podman', 'buildah']) {
    it(`leaves out buildah where ${builder} is on PATH`, () => {
      put(builder);
      expect(packages()).not.to.include('buildah');
    });
  }
});
