import { expect } from 'chai';
import { DEFAULT_IMAGE } from '../../../constructs/image.ts';
import { clusterNamespace, testCluster } from '../../support/cluster.ts';

describe('images of a whole cluster', function () {
  this.timeout(60_000);

  it('run under the short name that they were built with', async function () {
    const { kubectl } = await testCluster();
    const namespace = await clusterNamespace(this);
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'once' },
      spec: {
        restartPolicy: 'Never',
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'once',
            image: DEFAULT_IMAGE,
            imagePullPolicy: 'Never',
            command: ['node', '--version'],
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    };
    await kubectl(['-n', namespace, 'create', '-f', '-'], { input: JSON.stringify(pod) });
    await kubectl(['-n', namespace, 'wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/once', '--timeout=40s']);
    expect((await kubectl(['-n', namespace, 'logs', 'once'])).trim()).to.equal(process.version);
  });
});
