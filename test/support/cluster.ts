import { join } from 'node:path';
import type { Context } from 'mocha';
import { buildImage } from '../../scripts/image.ts';
import {
  type Cluster,
  ClusterError,
  cliProgress,
  ensureRequirements,
  nodeBaseArchive,
  startCluster,
} from '../cluster/index.ts';
import { acquireLock, type Lock } from '../cluster/lock.ts';
import { cachePaths } from '../cluster/paths.ts';
import { inStep } from '../cluster/progress.ts';
import { stopCluster } from '../cluster/stop-cluster.ts';
import { makeNamespace } from './namespace.ts';
import { skipUnlessPossible } from './skip.ts';

/** Name of the tests' cluster. */
export const TEST_CLUSTER = 'test';

/** The end-to-end tier's one cluster, from its global set-up to its global teardown. */
let running: Cluster | undefined;
let turn: Lock | undefined;
let missing: readonly string[] = [];
let namespaces = 0;

/**
 * The cluster that all end-to-end specs share, with this version's Rollcall image in it. Asking for more nodes than it
 * has adds them; it never shrinks. Call it in a `before`, and leave nothing cut or killed behind.
 */
export async function testCluster({ nodes = 1 }: { readonly nodes?: number } = {}): Promise<Cluster> {
  if (!running) throw new Error('No cluster: run end-to-end specs through npm run test:e2e');
  if (running.nodes.length < nodes) running = await startCluster({ name: TEST_CLUSTER, nodes });
  return running;
}

/** A fresh namespace for this case (called in `before`: for this suite), deleted when the suite ends. */
export async function clusterNamespace(context: Context): Promise<string> {
  return makeNamespace((await testCluster()).kubectl, context, ++namespaces);
}

/** Mocha's global set-up of the tier: two runs on one machine take turns. */
export async function startTestCluster(): Promise<void> {
  const progress = cliProgress();
  try {
    await ensureRequirements({ progress });
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    missing = [error.message];
    return;
  }
  const paths = cachePaths();
  turn = await acquireLock(join(paths.clusters, `${TEST_CLUSTER}.turn`), () =>
    console.log('Waiting for another test run'),
  );
  const archive = join(paths.images, 'rollcall-test', 'image.tar');
  const base = `oci-archive:${await nodeBaseArchive(progress)}`;
  await inStep(progress, 'Building the Rollcall image', () => buildImage({ archive, base }));
  await stopCluster(TEST_CLUSTER); // what a run that was killed has left
  running = await startCluster({ name: TEST_CLUSTER, progress });
  const { load } = running;
  await inStep(
    progress,
    'Loading the Rollcall image',
    () => load(archive),
    (references) => references.join(', '),
  );
}

/** Mocha's global teardown of the tier. */
export async function stopTestCluster(): Promise<void> {
  await running?.stop();
  running = undefined;
  await turn?.release();
}

/** Mocha's root hook of the tier: skips by name where there is no cluster. */
export function needTestCluster(this: Context): void {
  skipUnlessPossible(this, missing);
}
