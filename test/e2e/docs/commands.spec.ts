import { delimiter, dirname } from 'node:path';
import { expect } from 'chai';
import type { Cluster } from '../../cluster/index.ts';
import { testCluster } from '../../support/cluster.ts';
import { allDocBlocks, type DocBlock, runBlock } from '../../support/doc-commands.ts';
import { eventually } from '../../support/eventually.ts';

/** Runnable blocks by their page. */
const PAGES = Map.groupBy(
  allDocBlocks().filter((block) => block.marker && block.marker.place !== 'none'),
  (block) => block.page,
);

/** Part of the line that pages show for an answered ping. */
const PONG = String.raw`Response: "pong\n" from web-`;

describe('the commands that the docs show', function () {
  this.timeout(180_000);
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
          if (!/kubectl .*\blogs\b/.test(block.script) || output.includes(PONG)) return;
          // The page promises pongs; the first ones come within two seconds of a pod's start.
          await eventually(async () => {
            expect(await runBlock(block, { env: environment(block) })).to.include(PONG);
          });
        });
      }
    });
  }
});
