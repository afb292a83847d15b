import { expect } from 'chai';
import { startControlPlane } from '../../cluster/index.ts';
import { fakeNodes } from '../../cluster/kwok-nodes.ts';

describe('control plane with scheduler and kwok', function () {
  this.timeout(600_000); // kwok may have to be built first

  it('runs pods on fake nodes', async () => {
    const { kubectl, stop } = await startControlPlane({ scheduler: true, kwok: true });
    try {
      await kubectl(['apply', '-f', '-'], { input: JSON.stringify(fakeNodes(1, 3)) });
      await kubectl(['wait', '--for=condition=Ready', 'node', '--all', '--timeout=30s']);
      await kubectl(['apply', '-f', '-'], { input: JSON.stringify(pod()) });
      await kubectl(['wait', '--for=condition=Ready', 'pod/p', '--timeout=30s']);
      expect(await kubectl(['get', 'pod', 'p', '-o', 'jsonpath={.spec.nodeName}'])).to.match(/^fake-[123]$/);
    } finally {
      await stop();
    }
  });
});

function pod(): object {
  const tolerations = [{ key: 'kwok.x-k8s.io/node', operator: 'Exists' }];
  const spec = { tolerations, containers: [{ name: 'c', image: 'nothing-runs-it' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec };
}
