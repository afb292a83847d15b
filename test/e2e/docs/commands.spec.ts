import { allDocBlocks } from '../../support/doc-commands.ts';
import { nodesOf, suiteOfCommands } from '../../support/doc-suite.ts';

const runnable = allDocBlocks().filter(({ marker }) => marker && marker.place !== 'none');

describe('the commands that the docs show', function () {
  this.timeout(180_000);
<<<<<<< HEAD
  suiteOfCommands(
    runnable.filter((block) => nodesOf(block) <= 1),nodes: 1 ,
  );
=======
  let cluster: Cluster;

  before(async () => {
    cluster = await testCluster();
  });

  /** What a user has set: the cluster's kubeconfig, and its kubectl on PATH. */
  function environment({ marker }: DocBlock): NodeJS.ProcessEnv {
    if (marker?.place !== 'cluster') return {};
    const path = [dirname(cluster.kubectlPath), process.env.PATH].join(delimiter);
    return { KUBECONFIG: cluster.kubeconfig, PATH: path, CDK8S_CHECK_UPGRADE: 'false' };
  }

  for (const [page, blocks] of PAGES) {
    describe(`in ${page}`, () => {
      after(() => cluster.kubectl(['delete', 'namespace', 'demo', '--ignore-not-found']));

      // In the page's order: a later block builds on what an earlier one did.
      for (const block of blocks) {
        it(`work from line ${block.line}: ${block.script.split('\n')[0]}`, async () => {
          const output = await runBlock(block, { env: environment(block) });
          const shows = block.marker?.place === 'cluster' ? block.marker.shows : undefined;
          if (shows !== undefined) expect(output).to.include(shows);
          if (shows !== undefined || !/kubectl .*\blogs\b/.test(block.script) || output.includes(PONG)) return;
          // The page promises pongs; the first ones come within two seconds of a pod's start.
          await eventually(async () => {
            expect(await runBlock(block, { env: environment(block) })).to.include(PONG);
          });
        });
      }
    });
  }
>>>>>>> 34e2874 (README shows a job, and the docs' markers say what a block prints)
});
