import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Kubectl } from '../../cluster/kubectl.ts';
import { cachePaths } from '../../cluster/paths.ts';
import { clusterNamespace, testCluster } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { imagePod } from '../../support/pods.ts';

const MAX_MEGABYTES = 200;

describe('the image', function () {
  this.timeout(60_000);
  let kubectl: Kubectl;
  let namespace: string;

  before(async function () {
    kubectl = (await testCluster()).kubectl;
    namespace = await clusterNamespace(this);
  });

  /** Runs a command in a pod of the image, until its pod is so. */
  async function run(
    name: string,
    command: readonly string[],
    until: string,
    more?: Parameters<typeof imagePod>[2],
  ): Promise<void> {
    await kubectl(['-n', namespace, 'create', '-f', '-'], { input: JSON.stringify(imagePod(name, command, more)) });
    await kubectl(['-n', namespace, 'wait', `--for=jsonpath=${until}`, `pod/${name}`, '--timeout=40s']);
  }

  it('runs as user and group 65532', async () => {
    await run('who', ['node', '--print', '[process.getuid(), process.getgid()].join()'], '{.status.phase}=Succeeded');
    expect((await kubectl(['-n', namespace, 'logs', 'who'])).trim()).to.equal('65532,65532');
  });

  it('has no shell', async () => {
    await run('shell', ['sh', '-c', 'true'], '{.status.containerStatuses[0].state.terminated.reason}=StartError');
    const message = '{.status.containerStatuses[0].state.terminated.message}';
    const said = await kubectl(['-n', namespace, 'get', 'pod/shell', '-o', `jsonpath=${message}`]);
    expect(said).to.include('"sh": executable file not found');
  });

  it('prints its commands when it is run without one', async () => {
    await run('usage', ['node', '/app/rollcall.mjs'], '{.status.phase}=Failed');
    const usage = await kubectl(['-n', namespace, 'logs', 'usage']);
    for (const command of ['server', 'operator', 'peers', 'verify'])
      expect(usage).to.match(new RegExp(`^  ${command} `, 'm'));
  });

  it('ends at once when it is told to while a program still loads', async () => {
    const slow = { 'server.mjs': 'console.log("loading"); setInterval(() => {}, 1_000); await new Promise(() => {});' };
    const script = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'slow' }, data: slow };
    await kubectl(['-n', namespace, 'create', '-f', '-'], { input: JSON.stringify(script) });
    const mount = { name: 'slow', mountPath: '/app/server.mjs', subPath: 'server.mjs' };
    await run('loading', ['node', '/app/rollcall.mjs', 'server'], '{.status.phase}=Running', {
      container: { volumeMounts: [mount] },
      pod: { volumes: [{ name: 'slow', configMap: { name: 'slow' } }] },
    });
    await eventually(async () => expect(await kubectl(['-n', namespace, 'logs', 'loading'])).to.equal('loading\n'));
    await kubectl(['-n', namespace, 'delete', 'pod/loading', '--timeout=15s']);
  });

  it(`has at most ${MAX_MEGABYTES} MB, nearly all of it Node`, () => {
    const megabytes = statSync(join(cachePaths().images, 'rollcall-test/image.tar')).size / 1e6;
    console.log(`      ${megabytes.toFixed(0)} MB`);
    expect(megabytes).to.be.lessThan(MAX_MEGABYTES);
  });
});
