import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import manifest from '../../../package.json' with { type: 'json' };
import { CommandError, runCommand } from '../../../scripts/run-command.ts';

const root = join(import.meta.dirname, '../../..');
const tsc = join(root, 'node_modules/typescript/bin/tsc');

const TSCONFIG = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2024',
    strict: true,
    types: ['node'],
    skipLibCheck: false,
    outDir: 'out',
  },
  include: ['*.ts'],
};

/** An app as a user writes it: typed kinds from the package, and what the operator renders, without an operator. */
const APP = `
import { App, Chart } from 'cdk8s';
import { ComputeJob, PeerGroup, PeerGroupSpecTopologyType } from 'rollcall';
import { DEFAULT_IMAGE } from 'rollcall/constructs/image';
import { Operator } from 'rollcall/constructs/operator/operator';
import { PeerGroupChildren } from 'rollcall/constructs/peer-group';
import * as kinds from 'rollcall/imports/rollcall.dev';

const app = new App();
const chart = new Chart(app, 'demo');
new PeerGroup(chart, 'web', {
  metadata: { name: 'web' },
  spec: { replicas: 3, topology: { type: PeerGroupSpecTopologyType.RING } },
});
new ComputeJob(chart, 'steps', { metadata: { name: 'steps' }, spec: { parallelism: 2, command: ['true'] } });
new PeerGroupChildren(chart, 'children', {
  resource: { metadata: { name: 'alone', namespace: 'demo' }, spec: { replicas: 2 } },
  context: { image: DEFAULT_IMAGE, clusterDomain: 'cluster.local' },
});
new Operator(new Chart(app, 'operator'), 'operator', { image: DEFAULT_IMAGE });
if (kinds.PeerGroup !== PeerGroup) throw new Error('two copies');
app.synth();
`;

describe('the npm package', function () {
  this.timeout(180_000);
  let app: string;
  let installed: string;

  before(async () => {
    app = mkdtempSync(join(tmpdir(), 'rollcall-package-'));
    installed = join(app, 'node_modules/rollcall');
    mkdirSync(installed, { recursive: true });
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    await runCommand([npm, 'pack', '--silent', '--pack-destination', app], { cwd: root });
    const tarball = join(app, `rollcall-${manifest.version}.tgz`);
    await runCommand(['tar', '-xzf', tarball, '--strip-components=1', '-C', installed]);
    // Its dependencies are the clone's, so that the test needs no registry.
    for (const name of readdirSync(join(root, 'node_modules'))) {
      if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name));
    }
    writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', type: 'module', private: true }));
    writeFileSync(join(app, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    writeFileSync(join(app, 'app.ts'), APP);
  });

  after(() => rmSync(app, { recursive: true, force: true }));

  it('holds JavaScript and declarations for every construct, and no source', () => {
    const names = (pattern: string) => globSync(pattern, { cwd: join(installed, 'build/package') }).sort();
    const sources = globSync('{constructs,imports}/**/*.ts', { cwd: root }).sort();
    expect(names('{constructs,imports}/**/*.js')).to.deep.equal(sources.map((file) => file.replace(/\.ts$/, '.js')));
    expect(names('{constructs,imports}/**/*.ts')).to.deep.equal(sources.map((file) => file.replace(/\.ts$/, '.d.ts')));
    expect(readdirSync(installed)).to.have.members([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'build',
      'cli',
      'package.json',
    ]);
  });

  it('lets a typed cdk8s app declare a PeerGroup and a ComputeJob', async () => {
    await runCommand([process.execPath, tsc, '--project', app]);
    await runCommand([process.execPath, 'out/app.js'], { cwd: app });
    const documents = parseAllDocuments(readFileSync(join(app, 'dist/demo.k8s.yaml'), 'utf8')).map((each) =>
      each.toJS(),
    );
    const kinds = documents.map(({ kind }) => kind);
    expect(kinds).to.include.members(['PeerGroup', 'ComputeJob', 'StatefulSet', 'ConfigMap', 'Service']);
    expect(documents.find(({ kind }) => kind === 'PeerGroup').spec).to.deep.equal({
      replicas: 3,
      topology: { type: 'Ring' },
    });
  });

  it('tells the app of a field that a kind does not have', async () => {
    writeFileSync(join(app, 'app.ts'), APP.replace('replicas: 3', 'replica: 3'));
    const failure = await runCommand([process.execPath, tsc, '--project', app, '--noEmit']).catch((error) => error);
    writeFileSync(join(app, 'app.ts'), APP);
    expect(failure).to.be.instanceOf(CommandError).with.property('message').that.includes("'replica' does not exist");
  });

  it('brings the rollcall command', async () => {
    const bin = join(installed, manifest.bin.rollcall);
    expect(await runCommand([process.execPath, bin, '--version'])).to.equal(`${manifest.version}\n`);
    expect(await runCommand([process.execPath, bin, 'verify', '--help'])).to.match(/^Usage: rollcall verify /);
  });
});
