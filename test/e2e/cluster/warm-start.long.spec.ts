import { expect } from 'chai';
import { startCluster } from '../../cluster/index.ts';
import { stopCluster } from '../../cluster/stop-cluster.ts';

const NAME = 'test-warm';

describe('cluster that was stopped with its state kept', function () {
  this.timeout(180_000);

  after(() => stopCluster(NAME));

  it('goes on with its objects and nodes under the same kubeconfig', async () => {
    const first = await startCluster({ name: NAME });
    await first.kubectl(['create', 'configmap', 'kept', '--from-literal=a=b']);
    await first.stop({ wipe: false });

    const second = await startCluster({ name: NAME });
    expect(await first.kubectl(['get', 'configmap', 'kept', '-o', 'jsonpath={.data.a}'])).to.equal('b');
    expect(second.nodes).to.deep.equal(first.nodes);
  });
});
