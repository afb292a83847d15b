import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { expect } from 'chai';
import { KubeClient } from '../../../../reconciler/kube/client.ts';
import { Credentials } from '../../../../reconciler/kube/credentials.ts';
import { ApiStatusError, ConnectionError, TimeoutError } from '../../../../reconciler/kube/errors.ts';
import type { ResourceType } from '../../../../reconciler/kube/resource-type.ts';
import { Transport } from '../../../../reconciler/kube/transport.ts';
import { controlPlane } from '../../../support/control-plane.ts';
import { type FaultProxy, startFaultProxy } from '../../../support/fault-proxy.ts';
import { installDist, writeOperatorKubeconfig } from '../../../support/operator-identity.ts';

const PODS: ResourceType = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };

describe('requests to the API server', () => {
  let proxy: FaultProxy;
  let dir: string;
  let open: Transport[] = [];
  let token: string;
  let base: KubeConfig;

  before(async function () {
    this.timeout(60_000);
    await installDist(controlPlane());
    proxy = await startFaultProxy(controlPlane());
    dir = mkdtempSync(join(tmpdir(), 'rollcall-transport-'));
    await writeOperatorKubeconfig(controlPlane(), join(dir, 'kubeconfig'), proxy.url);
    base = new KubeConfig();
    base.loadFromFile(join(dir, 'kubeconfig'));
    token = base.getCurrentUser()!.token!;
  });

  afterEach(async () => {
    proxy.setRule(undefined);
    await Promise.all(open.map((transport) => transport.close()));
    open = [];
  });

  after(async () => {
    await proxy?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  function transport(load: () => KubeConfig = () => base, maxInFlight = 4): Transport {
    const credentials = new Credentials(load, () => performance.now());
    const made = new Transport({ credentials, maxInFlight, userAgent: 'rollcall-test', onResponse: () => {} });
    open.push(made);
    return made;
  }

  const listPods = (from: Transport) => new KubeClient(from).list(PODS, { namespace: 'default' });

  it('have their whole time from when they are sent, however long they wait for their turn', async () => {
    proxy.setRule(() => ({ type: 'delay', ms: 300 }));
    const one = transport(() => base, 1);
    const spec = { method: 'GET', path: '/api/v1/namespaces/default/pods', timeoutMs: 900 } as const;
    const answers = await Promise.all(Array.from({ length: 6 }, () => one.requestJson<{ kind: string }>(spec)));
    expect(answers.map(({ kind }) => kind)).to.deep.equal(Array(6).fill('PodList'));
  });

  /** A kubeconfig of the same cluster with this user. */
  function withUser(user: object): KubeConfig {
    const config = new KubeConfig();
    config.loadFromClusterAndUser(base.getCurrentCluster()!, { name: 'u', ...user });
    return config;
  }

  it('share few connections and are never more at once than allowed', async () => {
    let [now, most] = [0, 0];
    proxy.setRule(() => {
      most = Math.max(most, ++now);
      setTimeout(() => now--, 50);
      return { type: 'delay', ms: 50 };
    });
    const limited = transport(() => base, 3);
    const nodes = () => limited.requestJson({ method: 'GET', path: '/api/v1/nodes' });
    await Promise.all(Array.from({ length: 12 }, nodes));
    expect(most).to.equal(3);
    // One namespace leaves slots to the others.
    most = 0;
    await Promise.all(Array.from({ length: 12 }, () => listPods(limited)));
    expect(most).to.equal(2);
  });

  it('end in time, and the next one goes out on a new connection', async () => {
    const slow = transport(() => base, 1);
    await listPods(slow);
    proxy.goDark();
    const spec = { method: 'GET', path: '/api/v1/namespaces/default/pods' } as const;
    const failure = await slow.requestJson({ ...spec, timeoutMs: 300 }).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(TimeoutError);
    await slow.requestJson({ ...spec, timeoutMs: 5_000 });
  });

  it('say what broke when nobody listens', async () => {
    const config = withUser({ token });
    const cluster = { ...base.getCurrentCluster()!, server: 'https://127.0.0.1:1' };
    config.loadFromClusterAndUser(cluster, { name: 'u', token });
    const failure = await listPods(transport(() => config)).catch((error: Error) => error);
    expect(failure).to.be.instanceOf(ConnectionError);
    expect((failure as Error).message).to.match(/^GET \/api\/v1\/namespaces\/default\/pods: .*ECONNREFUSED/);
  });

  it('carry the sentence and the reason of what the API server refuses', async () => {
    const secrets = { ...PODS, kind: 'Secret', plural: 'secrets' };
    const failure = await new KubeClient(transport()).list(secrets, {}).catch((error: ApiStatusError) => error);
    expect(failure).to.be.instanceOf(ApiStatusError);
    expect(failure).to.include({ status: 403, reason: 'Forbidden', code: 'ERR_API_STATUS' });
    expect((failure as Error).message).to.match(/cannot list resource "secrets"/);
  });

  it('carry what a proxy between says in its own words', async () => {
    proxy.setRule(() => ({ type: 'answer', status: 502, body: '<html>bad gateway</html>' }));
    const failure = await listPods(transport()).catch((error: Error) => error);
    expect((failure as Error).message).to.equal('HTTP 502: <html>bad gateway</html>');
  });

  it('fetch a new token from an exec plugin when the old one is refused', async () => {
    const plugin = join(dir, 'plugin.sh');
    // The first call gives a token that the API server refuses.
    writeFileSync(
      plugin,
      `#!/bin/sh
test -e ${dir}/called && TOKEN=${token} || TOKEN=stale
touch ${dir}/called
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'$TOKEN'"}}'
`,
    );
    chmodSync(plugin, 0o700);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, args: [], env: [] };
    const page = await listPods(transport(() => withUser({ exec })));
    expect(page.items).to.be.an('array');
  });

  it('use the token that a rotated file holds', async () => {
    const file = join(dir, 'token');
    writeFileSync(file, 'stale');
    const load = () => withUser({ authProvider: { name: 'tokenFile', config: { tokenFile: file } } });
    const rotating = transport(load);
    const refused = await listPods(rotating).catch((error: ApiStatusError) => error);
    expect(refused).to.include({ status: 401 });
    writeFileSync(file, token);
    expect((await listPods(rotating)).items).to.be.an('array');
  });
});
