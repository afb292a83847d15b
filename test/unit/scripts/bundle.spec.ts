import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { type BundledFile, bundle } from '../../../scripts/bundle.ts';

const root = join(import.meta.dirname, '../../..');

describe('the bundles of the image', function () {
  this.timeout(30_000);
  let files: BundledFile[];

  before(async () => {
    files = await bundle();
  });

  function text(name: string): string {
    return readFileSync(files.find((file) => basename(file.path) === name)!.path, 'utf8');
  }

  /** esbuild heads each module with its path. */
  function packagesIn(name: string): Set<string> {
    return new Set([...text(name).matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)/gm)].map((match) => match[1]!));
  }

  it("keep the operator's Kubernetes client and cdk8s out of the peer server", () => {
    const packages = packagesIn('server.mjs');
    expect(packages).to.include('koa');
    for (const name of packages) expect(name).not.to.match(/^(@kubernetes\/|cdk8s|undici$)/);
  });

  it('name every package with its license', () => {
    const licenses = text('LICENSES.txt');
    for (const name of ['server.mjs', 'operator.mjs', 'verify.mjs'].flatMap((name) => [...packagesIn(name)])) {
      expect(licenses).to.match(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+.* \\(.+\\)$`, 'm'));
    }
  });

  it('stay untouched when nothing has changed', async () => {
    const times = () => files.map((file) => statSync(file.path).mtimeMs);
    const first = times();
    await bundle();
    expect(times()).to.deep.equal(first);
  });

  it('are what the rollcall command runs when it is installed as a package', () => {
    const dir = mkdtempSync(join(tmpdir(), 'rollcall-package-'));
    const installed = join(dir, 'node_modules/rollcall');
    try {
      for (const part of ['cli/rollcall.js', 'build/image', 'package.json']) {
        mkdirSync(join(installed, part, '..'), { recursive: true });
        cpSync(join(root, part), join(installed, part), { recursive: true });
      }
      for (const [program, flag, value] of [
        ['server', '--config', '/nowhere.yaml'],
        ['verify', '--timeout', 'soon'],
      ] as const) {
        const args = [join(installed, 'cli/rollcall.js'), program, flag, value];
        const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
        expect(stderr, program).to.include(value);
        expect(status, program).to.equal(2);
      }
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
