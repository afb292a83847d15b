import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DEFAULT_IMAGE } from '../../../constructs/image.ts';
import { GROUP_VERSION } from '../../../constructs/names.ts';
import { writeChart } from '../../../scripts/chart.ts';
import { fullReference } from '../../cluster/image-reference.ts';
import type { Kubectl } from '../../cluster/kubectl.ts';
import { clusterNamespace, testCluster } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { type Helm, missingForHelm, openHelm } from '../../support/helm.ts';
import { LiveGroup } from '../../support/live-group.ts';
import { objectsIn } from '../../support/namespace-content.ts';
import { peerPods, podLog } from '../../support/peer-pods.ts';
import { installRollcall } from '../../support/rollcall.ts';
import { skipUnlessPossible } from '../../support/skip.ts';

const root = join(import.meta.dirname, '../../..');
const dist = join(root, 'dist');
const NAMESPACE = 'rollcall-system';
const INTO = ['--namespace', NAMESPACE];

describe('the Helm chart on a cluster', function () {
  this.timeout(180_000);
  const chart = mkdtempSync(join(tmpdir(), 'rollcall-chart-'));
  let kubectl: Kubectl;
  let helm: Helm;
  let namespace: string;
  let group: LiveGroup;
  /** Takes Rollcall off the cluster, however far the cases came. */
  let leave: (() => Promise<void>) | undefined;

  before(async function () {
    this.timeout(900_000); // Helm may have to be built first
    skipUnlessPossible(this, await missingForHelm());
    const cluster = await testCluster();
    kubectl = cluster.kubectl;
    helm = await openHelm(cluster.kubeconfig);
    await writeChart(chart, DEFAULT_IMAGE);
    leave = async () => {
      await helm('uninstall', 'rollcall', ...INTO, '--ignore-not-found', '--wait');
      await kubectl(['delete', '--filename', dist, '--ignore-not-found']);
      await rm(chart, { recursive: true });
    };
    await kubectl(['delete', '--filename', dist, '--ignore-not-found']); // what other specs have left
    namespace = await clusterNamespace(this);
    group = new LiveGroup(kubectl, namespace, 'web');
  });

  after(() => leave?.());

  /** Rollcall's objects except its CRDs, those in namespaces of users, and the Lease, which belongs to no release. */
  async function operatorObjects(): Promise<string[]> {
    const kinds = 'clusterroles,clusterrolebindings,roles,rolebindings,priorityclasses';
    const labelled = ['--all-namespaces', '--selector', 'app.kubernetes.io/name=rollcall', '--output=name'];
    const outside = (await kubectl(['get', kinds, ...labelled])).split('\n').filter(Boolean);
    const inside = await objectsIn(kubectl, NAMESPACE);
    return [
      ...outside,
      ...inside.filter((name) => !/kube-root-ca|serviceaccount\/default|^podmetrics|^lease/.test(name)),
    ];
  }

  function operatorPod(): Promise<string> {
    return kubectl(['get', 'pods', ...INTO, '--output', 'jsonpath={.items[*].metadata.uid}']);
  }

  it('installs an operator that makes a group Ready', async () => {
    await helm('install', 'rollcall', chart, ...INTO, '--create-namespace', '--wait', '--timeout', '90s');
    await group.create({ replicas: 2, interval: '1s' });
    await kubectl(['--namespace', namespace, 'wait', '--for=condition=Ready', 'pg/web', '--timeout=60s']);
    await group.waitConnected(60);
  });

  it('waits for a group in a chart of a user until its links have answered, and reports one that is stalled', async () => {
    const charts = mkdtempSync(join(tmpdir(), 'rollcall-user-chart-'));
    writeFileSync(join(charts, 'Chart.yaml'), 'apiVersion: v2\nname: links\nversion: 1.0.0\n');
    mkdirSync(join(charts, 'templates'));
    writeFileSync(
      join(charts, 'templates/group.yaml'),
      `apiVersion: ${GROUP_VERSION}\nkind: PeerGroup\nmetadata: {name: {{ .Release.Name }}}\nspec: {replicas: 2, interval: 1s}\n`,
    );
    const install = (name: string, timeout: string) =>
      helm('install', name, charts, '--namespace', namespace, '--wait', '--timeout', timeout);
    try {
      await install('links', '90s');
      const connected = ['--output', 'jsonpath={.status.conditions[?(@.type=="Connected")].status}'];
      expect(await kubectl(['--namespace', namespace, 'get', 'pg/links', ...connected])).to.equal('True');

      await kubectl(['--namespace', namespace, 'create', 'serviceaccount', 'taken']);
      const asked = performance.now();
      const failure = await install('taken', '15s').catch((error: Error) => error);
      console.log(`        gave up after ${((performance.now() - asked) / 1_000).toFixed(1)} of 15 s`);
      expect(failure).to.be.instanceOf(Error).with.property('message');
      expect((failure as Error).message).to.include('name: taken, kind: PeerGroup, status: Failed');
    } finally {
      for (const name of ['links', 'taken'])
        await helm('uninstall', name, '--namespace', namespace, '--ignore-not-found');
      await rm(charts, { recursive: true });
    }
  });

  it('changes nothing when it is installed again', async () => {
    const pod = await operatorPod();
    await helm('upgrade', 'rollcall', chart, ...INTO, '--wait');
    expect(await operatorPod()).to.equal(pod);
  });

  it('is upgraded after its definitions, and the peers follow to the new image', async () => {
    const image = fullReference(DEFAULT_IMAGE); // the same by another name
    await kubectl(['apply', '--server-side', '--force-conflicts', '--filename', join(chart, 'crds')]);
    await helm('upgrade', 'rollcall', chart, ...INTO, '--set', `image=${image}`, '--wait', '--timeout', '90s');
    const images = ['--output', 'jsonpath={.items[*].spec.containers[*].image}'];
    expect(await kubectl(['get', 'pods', ...INTO, ...images]), 'leader and standby').to.equal(`${image} ${image}`);
    await eventually(async () => {
      expect(await kubectl(['get', 'pods', '--namespace', namespace, ...images])).to.equal(`${image} ${image}`);
    }, 60_000);
    await kubectl(['--namespace', namespace, 'rollout', 'status', 'statefulset/web', '--timeout=60s']);
    await group.waitConnected(60);
  });

  it('leaves the definitions and what users declared when it is uninstalled, and nothing else', async () => {
    const pods = await peerPods(kubectl, namespace, 'web');
    await helm('uninstall', 'rollcall', ...INTO, '--wait');

    await eventually(async () => expect(await operatorObjects()).to.deep.equal([]), 30_000);
    expect((await kubectl(['get', '--filename', join(chart, 'crds'), '--output=name'])).split('\n')).to.have.length(4);
    expect(await peerPods(kubectl, namespace, 'web')).to.deep.equal(pods);
    const since = Date.now();
    await eventually(async () => {
      const lines = await podLog(kubectl, namespace, 'web-0');
      const said = lines.filter(({ at, text }) => at.getTime() > since && text.includes('from web-1'));
      expect(said).not.to.deep.equal([]);
    });
  });

  it('goes on with the groups that are there when it is installed again', async () => {
    const pods = await peerPods(kubectl, namespace, 'web');
    const image = ['--set', `image=${fullReference(DEFAULT_IMAGE)}`];
    await helm('install', 'rollcall', chart, ...INTO, ...image, '--wait', '--timeout', '90s');
    await kubectl(['--namespace', namespace, 'scale', 'pg/web', '--replicas=3']);
    await group.waitConnected(60);
    const now = await peerPods(kubectl, namespace, 'web');
    expect([...now.keys()]).to.deep.equal(['web-0', 'web-1', 'web-2']);
    for (const [name, pod] of pods) expect(now.get(name), name).to.deep.equal(pod);
  });

  it('takes over what kubectl has installed, when it is told to', async () => {
    await helm('uninstall', 'rollcall', ...INTO, '--wait');
    await installRollcall({ kubectl });
    const refusal = await helm('install', 'rollcall', chart, ...INTO).catch((error: Error) => error);
    expect(refusal).to.be.instanceOf(Error).with.property('message').that.includes('invalid ownership metadata');
    const takeOver = ['--take-ownership', '--force-conflicts'];
    await helm('install', 'rollcall', chart, ...INTO, ...takeOver, '--wait', '--timeout', '90s');
    await group.waitConnected(60);
  });

  it('goes with all groups and pods when its definitions are deleted', async () => {
    await helm('uninstall', 'rollcall', ...INTO, '--wait');
    await kubectl(['delete', '--filename', join(chart, 'crds')]);
    await eventually(async () => {
      expect([...(await peerPods(kubectl, namespace, 'web')).keys()]).to.deep.equal([]);
    }, 45_000);
  });
});
