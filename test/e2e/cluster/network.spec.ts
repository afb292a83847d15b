import { expect } from 'chai';
import type { Cluster } from '../../cluster/index.ts';
import { clusterNamespace, testCluster } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { deploy, fetchFrom, webPod, webServices } from '../../support/pods.ts';

describe('whole cluster', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let namespace: string;
  const fetch = (pod: string, url: string) => fetchFrom(cluster.kubectl, namespace, pod, url);

  before(async function () {
    cluster = await testCluster({ nodes: 2 });
    namespace = await clusterNamespace(this);
    const [first, second] = cluster.nodes;
    await deploy(cluster.kubectl, namespace, [...webServices(), webPod('a', first), webPod('b', second)]);
  });

  afterEach(() => cluster.heal());

  it('carries traffic between pods of two nodes by their DNS names', async () => {
    // The DNS server learns of a pod after it is Ready, and remembers for five seconds that a name didn't exist.
    const byName = async (pod: string, url: string) =>
      eventually(async () => expect(await fetch(pod, url)).to.equal(new URL(url).hostname.split('.')[0]), 20_000);
    await byName('a', 'http://b.web:8080/name');
    await byName('b', `http://a.web.${namespace}.svc.cluster.local:8080/name`);
  });

  it('spreads the requests to a Service over its pods', async () => {
    const answers = new Set<string>();
    for (let i = 0; i < 12 && answers.size < 2; i++) answers.add(await fetch('a', 'http://front/name'));
    expect([...answers].sort()).to.deep.equal(['a', 'b']);
  });

  it('drops both ways between two nodes that are cut, and nothing more, until healed', async () => {
    const [first, second] = cluster.nodes;
    await cluster.cut(first!, second!);
    expect(await fetch('a', 'http://b.web:8080/name')).to.equal('no answer');
    expect(await fetch('b', 'http://a.web:8080/name')).to.equal('no answer');
    await eventually(async () => expect(await fetch('a', 'http://a.web:8080/name')).to.equal('a'));
    await cluster.heal();
    await eventually(async () => expect(await fetch('a', 'http://b.web:8080/name')).to.equal('b'));
  });

  it('drops only what the first node sends when the cut is one-way', async () => {
    const [first, second] = cluster.nodes;
    const [addressOfA, addressOfB] = [await podAddress('a'), await podAddress('b')];
    await cluster.cut(first!, second!, { oneWay: true });
    expect(await fetch('b', `http://${addressOfA}:8080/name`)).to.equal('no answer');
    // b's wish to connect has arrived; what is missing is the way back.
    const connections = await cluster.kubectl(['-n', namespace, 'exec', 'a', '--', 'netstat', '-tn']);
    expect(connections).to.match(new RegExp(`${addressOfB.replaceAll('.', '\\.')}:\\d+ +SYN_RECV`));
  });

  it('names the nodes that there are when a cut names another', async () => {
    const failure = await cluster.cut(cluster.nodes[0]!, 'elsewhere').catch((error: Error) => error.message);
    expect(failure).to.equal(`There is no node elsewhere: cluster ${cluster.name} has ${cluster.nodes.join(', ')}`);
  });

  async function podAddress(pod: string): Promise<string> {
    return cluster.kubectl(['-n', namespace, 'get', 'pod', pod, '-o', 'jsonpath={.status.podIP}']);
  }
});
