import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const root = join(import.meta.dirname, '../../..');

interface LockedPackage {
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly os?: string;
  readonly cpu?: string;
  /** It came within the package that it is for, whose checksum covers it. */
  readonly inBundle?: boolean;
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};
const installed = Object.entries(packages).filter(([path, { inBundle }]) => path !== '' && !inBundle);

describe('package-lock.json', () => {
  it('has the checksum of every package', () => {
    const without = installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));
    expect(without.map(([path]) => path)).to.deep.equal([]);
  });

  it('has no package whose installer could fetch what no checksum covers, but esbuild, whose binaries are packages too', () => {
    const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript);
    expect(scripted.map(([path]) => path)).to.deep.equal(['node_modules/esbuild']);
    expect(installed.filter(([path]) => path.startsWith('node_modules/@esbuild/'))).to.have.length.above(20);
  });

  it('has a Node for Linux, macOS and Windows, each from a package of its own', () => {
    const nodes = installed.filter(([path]) => /^node_modules\/node-(bin-)?(linux|darwin|win)-/.test(path));
    expect(nodes.map(([, { os, cpu }]) => `${os} ${cpu}`).sort()).to.deep.equal([
      'darwin arm64',
      'darwin x64',
      'linux arm64',
      'linux x64',
      'win32 x64',
    ]);
  });

  it('has one for each platform on which `rollcall` looks for it', () => {
    const source = readFileSync(join(root, 'cli/rollcall.js'), 'utf8');
    const named = [...source.matchAll(/'(\w+ \w+)': '(node-[\w-]+)\/bin\/node(\.exe)?'/g)];
    for (const [, platform, name] of named) {
      const { os, cpu } = packages[`node_modules/${name}`]!;
      expect(`${os} ${cpu}`, name).to.equal(platform);
    }
    expect(named).to.have.length(5);
  });

  it('brought the Node that runs this', function () {
    if (process.platform !== 'linux') this.skip();
    const node = realpathSync(join(root, 'node_modules/.bin/node'));
    expect(node).to.include(`node_modules/node-linux-${process.arch}/`);
    expect(process.execPath).to.equal(node);
  });
});
