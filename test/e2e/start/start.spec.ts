import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { buildImage } from '../../../scripts/image.ts';
import { runCommand } from '../../../scripts/run-command.ts';
import { type Cluster, nodeBaseArchive, silentProgress } from '../../cluster/index.ts';
import { testCluster } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { peerPods } from '../../support/peer-pods.ts';
import { StartRun } from '../../support/run-start.ts';

const ALL_LINKS = '20 of 20 links up';

describe('npm start', function () {
  this.timeout(150_000);
  let cluster: Cluster;

  before(async () => {
    cluster = await testCluster();
  });
  after(() => cluster.kubectl(['delete', 'namespace', 'demo', '--ignore-not-found', '--wait=false']));

  function imageOfOperator(): Promise<string> {
    const image = 'jsonpath={.spec.template.spec.containers[0].image}';
    return cluster.kubectl(['-n', 'rollcall-system', 'get', 'deployment/rollcall', '--ignore-not-found', '-o', image]);
  }

  /** It runs anew at every start, and is shown with the nodes. */
  function expectTheJob(output: string): void {
    expect(output).to.match(/^steps-gang-1-0 {2}Step 1 of 3 on /m);
    expect(output).to.match(/^NAME +STATE +CPU +MEMORY +ALLOCATED +JOBS +AGE\ncomputenode\.\S+ +Running /m);
    expect(output).to.match(/^computejob\.rollcall\.dev\/steps +Completed +1\/1 +1 /m);
  }

  describe('on the embedded cluster', () => {
    it('shows all links and what to try next, and is never silent for ten seconds', async () => {
      const start = new StartRun(['--name', cluster.name, '--once', '--yes']);
      expect(await start.ended(), start.output).to.equal(0);
      expect(start.output).to.include(ALL_LINKS);
      expect(start.output).to.include(`export KUBECONFIG=${cluster.kubeconfig}`);
      expect(start.output).to.include(`npm run cluster -- --name ${cluster.name} down`);
      expect(start.output.match(/^ {2}.*--namespace demo (get|scale|patch) /gm)).to.have.length(3);
      expectTheJob(start.output);
      expect(start.longestSilence).to.be.lessThan(10_000);
    });

    it('goes on with peers that come later until Ctrl-C, which leaves every pod as it is', async () => {
      const start = new StartRun(['--name', cluster.name, '--yes']);
      await eventually(() => expect(start.output).to.include(ALL_LINKS), 90_000);
      await cluster.kubectl(['-n', 'demo', 'scale', 'pg/web', '--replicas=6']);
      await eventually(() => expect(start.output).to.match(/^web-5 {2}Pinged .* from web-0 in /m), 40_000);
      // The pod that came last may ping before its probe has found it ready.
      const pods = await eventually(async () => {
        const now = await peerPods(cluster.kubectl, 'demo', 'web');
        expect([...now.values()].map(({ ready }) => ready)).to.not.include(false);
        return now;
      }, 30_000);

      start.interrupt();

      expect(await start.ended(), start.output).to.equal(0);
      expect(await peerPods(cluster.kubectl, 'demo', 'web')).to.deep.equal(pods);
    });
  });

  describe('on a cluster that is there already', () => {
    const image = 'rollcall:another-tag';
    let dir: string;
    let context: string;

    before(async () => {
      context = (await cluster.kubectl(['config', 'current-context'])).trim();
      dir = mkdtempSync(join(tmpdir(), 'rollcall-start-'));
      const archive = join(dir, 'image.tar');
      await buildImage({ archive, tag: image, base: `oci-archive:${await nodeBaseArchive(silentProgress)}` });
      await runCommand(['npm', 'run', 'cluster', '--', 'load', archive, '--name', cluster.name]);
    });
    after(() => rmSync(dir, { recursive: true }));

    function startOn(name: string, ...args: string[]): StartRun {
      return new StartRun(['--context', name, '--once', ...args], { KUBECONFIG: cluster.kubeconfig });
    }

    it('changes nothing unless somebody said yes', async () => {
      const before = await imageOfOperator();
      const start = startOn(context, '--image', image);
      expect(await start.ended()).to.equal(1);
      expect(start.output).to.include('nothing was changed').and.include('--yes');
      expect(await imageOfOperator()).to.equal(before);
    });

    it('names the contexts that there are when the one that was asked for is not', async () => {
      const start = startOn('elsewhere', '--yes');
      expect(await start.ended()).to.equal(1);
      expect(start.output).to.include(`no context "elsewhere"; it has: ${context}`);
    });

    it('says how a cluster that pulls its images gets this one', async () => {
      const start = startOn(context, '--yes');
      expect(await start.ended()).to.equal(1);
      expect(start.output).to.include('--push').and.include('--image REGISTRY/rollcall:TAG');
    });

    it('shows all links with the image that it was given', async () => {
      const start = startOn(context, '--image', image, '--yes');
      expect(await start.ended(), start.output).to.equal(0);
      expect(start.output).to.include(ALL_LINKS).and.include(`kubectl --context ${context}`);
      expectTheJob(start.output);
      expect(await imageOfOperator()).to.equal(image);
    });
  });

  it('has plain peers ping each other within 20 seconds where Kubernetes must be built first', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'rollcall-cache-'));
    const start = new StartRun(['--name', 'never', '--yes'], { XDG_CACHE_HOME: cache });
    try {
      await eventually(() => expect(start.output).to.match(/^peer-\d {2}Pinged .* from peer-\d in /m), 20_000);
    } finally {
      start.interrupt();
      await start.ended();
      rmSync(cache, { recursive: true });
    }
  });
});
