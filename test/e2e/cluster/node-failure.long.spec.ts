import { expect } from 'chai';
import type { Cluster } from '../../cluster/index.ts';
import { clusterNamespace, testCluster } from '../../support/cluster.ts';
import { deploy, fetchFrom, webPod, webServices } from '../../support/pods.ts';

describe('node whose plug is pulled', function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let namespace: string;
  const fetch = (pod: string, url: string) => fetchFrom(cluster.kubectl, namespace, pod, url);

  before(async function () {
    cluster = await testCluster({ nodes: 2 });
    namespace = await clusterNamespace(this);
    const [first, second] = cluster.nodes;
    await deploy(cluster.kubectl, namespace, [...webServices(), webPod('a', first), webPod('b', second)]);
  });

  after(() => cluster.startNode(cluster.nodes[1]!)); // nothing happens unless a case failed

  it('answers no longer, turns NotReady, and is back with its pods when it is powered on', async () => {
    const node = cluster.nodes[1]!;
    await cluster.killNode(node);
    expect(await fetch('a', 'http://b.web:8080/name')).to.equal('no answer');
    await cluster.kubectl(['wait', '--for=condition=Ready=Unknown', `node/${node}`, '--timeout=90s']);

    await cluster.startNode(node);
    await cluster.kubectl(['wait', '--for=condition=Ready', `node/${node}`, '--timeout=5s']);
    await cluster.kubectl(['-n', namespace, 'wait', '--for=condition=Ready', 'pod/b', '--timeout=60s']);
    expect(await fetch('a', 'http://b.web:8080/name')).to.equal('b');
  });
});
