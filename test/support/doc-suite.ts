import { delimiter, dirname } from 'node:path';
import { expect } from 'chai';
import type { Context } from 'mocha';
import { addMetricsServer, type Cluster, cliProgress, missingForMetricsServer } from '../cluster/index.ts';
import { TEST_CLUSTER, testCluster } from './cluster.ts';
import { chapterOf, type DocBlock, type Extra, runBlock } from './doc-commands.ts';
import { eventually } from './eventually.ts';
import { helmFolder, missingForHelm } from './helm.ts';
import { buildPrometheus, missingForPrometheus } from './prometheus.ts';
import { skipUnlessPossible } from './skip.ts';

/** Pages that put the operator there themselves; all others begin with it. */
const INSTALLING = ['README.md', 'docs/guide/1-install.md'];

/** Chapters whose commands mostly wait, for rollouts and drains: for the long run. */
const LONG_CHAPTERS: readonly string[] = ['docs/guide/why.md'];

/** The page whose first command would take minutes without a Prometheus in the cache. */
const MONITORING = 'docs/guide/6-monitoring.md';

/** How long a block of the long run may take: an autoscaler thinks in minutes. */
const LONG_MS = 280_000;

/** Part of the line that pages show for an answered ping. */
const PONG = String.raw`Response: "pong\n" from web-`;

/** How many nodes a block needs; 0: none. */
export function nodesOf({ marker }: DocBlock): number {
  return marker?.place === 'cluster' ? marker.nodes : 0;
}

function extraOf({ marker }: DocBlock): Extra | undefined {
  return marker?.place === 'cluster' ? marker.extra : undefined;
}

/** Whether a block belongs to the long run. */
export function isLong(block: DocBlock): boolean {
  return nodesOf(block) > 1 || extraOf(block) !== undefined || LONG_CHAPTERS.includes(chapterOf(block.page));
}

/**
 * Declares a test for each block. A later block builds on what an earlier one of its chapter did, so they run in their
 * order; between chapters the namespace `demo` is removed.
 */
export function suiteOfCommands(blocks: readonly DocBlock[], { nodes }: { readonly nodes: number }): void {
  let cluster: Cluster;
  let helm: string | undefined;
  let removeMetricsServer: (() => Promise<void>) | undefined;

  before(async () => {
    cluster = await testCluster({ nodes });
  });

  /** What a user has set: the cluster's kubeconfig and name, and its kubectl on PATH. */
  function environment({ marker }: DocBlock): NodeJS.ProcessEnv {
    if (marker?.place !== 'cluster') return {};
    const path = [dirname(cluster.kubectlPath), ...(helm ? [helm] : []), process.env.PATH].join(delimiter);
    const env = { KUBECONFIG: cluster.kubeconfig, ROLLCALL_CLUSTER: TEST_CLUSTER };
    return { ...env, PATH: path, CDK8S_CHECK_UPGRADE: 'false' };
  }

  async function installOperator(): Promise<void> {
    await cluster.kubectl(['apply', '-f', 'dist']);
    await cluster.kubectl(['-n', 'rollcall-system', 'rollout', 'status', 'deployment/rollcall', '--timeout=120s']);
  }

  /** What has to be there before a chapter's first command; what has to be built for it may take its time. */
  function prepare(chapter: string, extras: ReadonlySet<Extra | undefined>) {
    return async function (this: Context) {
      if (!INSTALLING.includes(chapter)) await installOperator();
      this.timeout(1_500_000);
      if (chapter === MONITORING) {
        skipUnlessPossible(this, await missingForPrometheus());
        await buildPrometheus();
      }
      if (extras.has('helm')) {
        skipUnlessPossible(this, await missingForHelm());
        helm = await helmFolder();
      }
      if (extras.has('metrics-server')) {
        skipUnlessPossible(this, await missingForMetricsServer());
        removeMetricsServer = await addMetricsServer(cluster, cliProgress());
      }
    };
  }

  async function tidyUp(): Promise<void> {
    if (await cluster.kubectl(['get', 'namespace', 'demo', '--ignore-not-found', '--output=name'])) {
      // A namespace that finds pods in itself looks again only after half of their grace period.
      await cluster.kubectl(['-n', 'demo', 'delete', 'peergroups,computejobs', '--all', '--cascade=foreground']);
      await cluster.kubectl(['delete', 'namespace', 'demo']);
    }
    await removeMetricsServer?.();
    removeMetricsServer = undefined;
  }

  for (const [chapter, pages] of Map.groupBy(blocks, ({ page }) => chapterOf(page))) {
    describe(`in ${chapter}`, () => {
      if (pages.some((block) => nodesOf(block) > 0)) before(prepare(chapter, new Set(pages.map(extraOf))));
      after(tidyUp);

      for (const block of pages) {
        it(`work from ${block.page}:${block.line}: ${block.script.split('\n')[0]}`, async () => {
          const timeoutMs = isLong(block) ? LONG_MS : undefined;
          const output = await runBlock(block, { env: environment(block), timeoutMs });
          const { outcome } = block.marker as { outcome?: object };
          if (outcome || !/kubectl .*\blogs\b/.test(block.script) || output.includes(PONG)) return;
          // The page promises pongs; the first ones come within two seconds of a pod's start.
          await eventually(async () => {
            expect(await runBlock(block, { env: environment(block) })).to.include(PONG);
          });
        });
      }
    });
  }
}
