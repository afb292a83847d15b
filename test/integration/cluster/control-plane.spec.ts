import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'chai';
import { type ControlPlane, startControlPlane } from '../../cluster/index.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { itLong } from '../../support/it-long.ts';

describe('bare control plane', function () {
  this.timeout(60_000);

  itLong('runs beside another one that it shares nothing with', async () => {
    const second = await startControlPlane();
    try {
      await second.kubectl(['create', 'namespace', 'only-here']);
      expect(await namespaces(second)).to.include('only-here');
      expect(await namespaces(controlPlane())).not.to.include('only-here');
      expect(second.server).not.to.equal(controlPlane().server);
    } finally {
      await second.stop();
    }
    expect(existsSync(dirname(second.kubeconfig))).to.equal(false);
  });

  it('collects the garbage of a deleted owner', async function () {
    const ns = await namespaceFor(this);
    const { kubectl } = controlPlane();
    await kubectl(['-n', ns, 'create', 'configmap', 'owner']);
    const uid = await kubectl(['-n', ns, 'get', 'configmap', 'owner', '-o', 'jsonpath={.metadata.uid}']);
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }];
    const child = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'child', namespace: ns, ownerReferences } };
    await kubectl(['create', '-f', '-'], { input: JSON.stringify(child) });
    await kubectl(['-n', ns, 'delete', 'configmap', 'owner']);
    await kubectl(['-n', ns, 'wait', '--for=delete', 'configmap/child', '--timeout=20s']);
  });

  it('refuses a pod that breaks Pod Security restricted in a namespace of a case', async function () {
    const ns = await namespaceFor(this);
    const { kubectl } = controlPlane();
    const failure = await kubectl(['-n', ns, 'run', 'bad', '--image=x', '--privileged']).then(
      () => 'accepted',
      (error: Error) => error.message,
    );
    expect(failure).to.match(/violates PodSecurity "restricted/);
  });

  it('has noted a write in the audit log when the write is answered', async function () {
    const ns = await namespaceFor(this);
    const { kubectl, auditLog } = controlPlane();
    await kubectl(['-n', ns, 'create', 'configmap', 'noted', '--from-literal=a=b']);
    const events = readFileSync(auditLog, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((event) => event.objectRef?.namespace === ns && event.objectRef?.name === 'noted');
    expect(events.map((event) => [event.verb, event.stage, event.requestObject.data])).to.deep.equal([
      ['create', 'ResponseComplete', { a: 'b' }],
    ]);
  });

  it('names the cluster that already has the wanted name', async () => {
    const failure = await startControlPlane({ name: controlPlane().name }).then(
      () => 'started',
      (error: Error) => error.message,
    );
    expect(failure).to.match(new RegExp(`named ${controlPlane().name} is there already`));
  });
});

async function namespaces({ kubectl }: ControlPlane): Promise<string[]> {
  return (await kubectl(['get', 'namespaces', '-o', 'jsonpath={.items[*].metadata.name}'])).split(' ');
}
