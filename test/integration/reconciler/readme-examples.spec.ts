import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { type AnyObject, openWorld, type World } from '../../support/world.ts';

describe('examples in the README of', () => {
  let world: World;
  let running: ChildProcess | undefined;

  before(() => {
    world = openWorld(controlPlane());
  });

  afterEach(async () => {
    if (running === undefined) return;
    running.kill('SIGTERM');
    const [code] = await once(running, 'exit');
    running = undefined;
    expect(code, 'exit code').to.equal(0);
  });

  after(() => world?.close());

  /** Runs an example; a unit test compares it with the one in the README. */
  function run(name: string, env: Readonly<Record<string, string>> = {}): void {
    running = spawn(process.execPath, [join(import.meta.dirname, '../../support/readme-examples', `${name}.ts`)], {
      env: { ...process.env, KUBECONFIG: controlPlane().kubeconfig, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  const configMap = (namespace: string, name: string, labels: object, data: object = {}) =>
    world.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name, labels }, data } as never);
  const until = (namespace: string, name: string, assertion: (object: AnyObject | undefined) => void) =>
    eventually(async () => assertion(await world.get('ConfigMap', namespace, name)), 20_000);

  it('reconciler/kube: labels ConfigMaps that are there and that come', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await configMap(ns, 'first', {});
    run('kube', { NAMESPACE: ns });
    await until(ns, 'first', (object) => expect(object?.metadata.labels).to.deep.equal({ seen: 'true' }));
    await configMap(ns, 'second', { own: 'x' });
    await until(ns, 'second', (object) => expect(object?.metadata.labels).to.deep.equal({ own: 'x', seen: 'true' }));
  });

  it('reconciler/runtime: keeps a copy of what is labelled, follows changes, and reverts those of the copy', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    run('runtime');
    await configMap(ns, 'colours', { mirror: 'true' }, { sky: 'blue' });
    const copied = (data: object) => until(ns, 'colours-copy', (copy) => expect(copy?.data).to.deep.equal(data));
    await copied({ sky: 'blue' });
    await world.patch('ConfigMap', ns, 'colours', { data: { sky: 'grey' } });
    await copied({ sky: 'grey' });
    await world.patch('ConfigMap', ns, 'colours-copy', { data: { sky: 'pink' } });
    await copied({ sky: 'grey' });
    await world.delete('ConfigMap', ns, 'colours-copy');
    await copied({ sky: 'grey' });
  });
});
