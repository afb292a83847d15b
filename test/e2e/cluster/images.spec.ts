import { expect } from 'chai';
import { clusterNamespace, testCluster } from '../../support/cluster.ts';
import { imagePod } from '../../support/pods.ts';

describe('images of a whole cluster', function () {
  this.timeout(60_000);

  it('run under the short name that they were built with', async function () {
    const { kubectl } = await testCluster();
    const namespace = await clusterNamespace(this);
    const pod = imagePod('once', ['node', '--version']);
    await kubectl(['-n', namespace, 'create', '-f', '-'], { input: JSON.stringify(pod) });
    await kubectl(['-n', namespace, 'wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/once', '--timeout=40s']);
    expect((await kubectl(['-n', namespace, 'logs', 'once'])).trim()).to.equal(process.version);
  });
});
