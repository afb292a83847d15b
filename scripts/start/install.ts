import { join } from 'node:path';
import { OPERATOR_NAME, OPERATOR_NAMESPACE, PREFIX } from '../../constructs/names.ts';
import { inStep, type Progress } from '../../test/cluster/progress.ts';
import { runCommand } from '../run-command.ts';
import type { DemoCluster } from './demo-cluster.ts';
import { StartError } from './errors.ts';
import { SAMPLE } from './sample.ts';

const root = join(import.meta.dirname, '../..');
const DEPLOYMENT = [`deployment/${OPERATOR_NAME}`, '--namespace', OPERATOR_NAMESPACE];
const IMAGE_INPUTS = `${PREFIX}image-inputs`;

type Kubectl = (...args: string[]) => Promise<string>;

/**
 * Installs the operator and the sample, and waits until the operator runs. What already runs another build of the image
 * is restarted: its name alone doesn't say so.
 *
 * @throws CommandError with kubectl's sentence, StartError ERR_OPERATOR_NOT_READY
 */
export async function install(cluster: DemoCluster, progress: Progress, signal: AbortSignal): Promise<void> {
  const kubectl: Kubectl = (...args) => runCommand([...cluster.kubectl, ...args], { cwd: root, signal });
  await inStep(progress, 'Installing the operator', async () => {
    const outdated = await runsAnotherBuild(cluster, kubectl);
    await kubectl('apply', '--filename', await operatorManifests(cluster));
    const crds = ['peergroups', 'computejobs'].map((plural) => `crd/${plural}.rollcall.dev`);
    await kubectl('wait', '--for=condition=Established', '--timeout=30s', ...crds);
    if (outdated) {
      await kubectl('rollout', 'restart', ...DEPLOYMENT);
      await kubectl('delete', 'pods', '--namespace', SAMPLE.namespace, '--selector', SAMPLE.selector);
    }
    if (cluster.imageInputs) {
      await kubectl('annotate', '--overwrite', ...DEPLOYMENT, `${IMAGE_INPUTS}=${cluster.imageInputs}`);
    }
    await waitForOperator(cluster, kubectl);
  });
  await inStep(progress, `Creating ${SAMPLE.peers.length} peers and a job`, async () => {
    // A job runs once: the one of the last time makes room.
    await kubectl('delete', `computejob/${SAMPLE.job}`, '--namespace', SAMPLE.namespace, '--ignore-not-found');
    await kubectl('apply', '--filename', await synthesise('examples/app.ts', 'build/sample'));
  });
}

async function waitForOperator({ kubectlForUser }: DemoCluster, kubectl: Kubectl): Promise<void> {
  try {
    await kubectl('rollout', 'status', ...DEPLOYMENT, '--timeout=120s');
  } catch (cause) {
    const look = [kubectlForUser, 'describe', 'pods', '--namespace', OPERATOR_NAMESPACE].join(' ');
    throw new StartError('ERR_OPERATOR_NOT_READY', `the operator did not become ready; see ${look}`, { cause });
  }
}

async function runsAnotherBuild({ imageInputs }: DemoCluster, kubectl: Kubectl): Promise<boolean> {
  if (!imageInputs) return false;
  const annotation = `{.metadata.annotations.${IMAGE_INPUTS.replaceAll('.', String.raw`\.`)}}`;
  const found = await kubectl(
    'get',
    ...DEPLOYMENT,
    '--ignore-not-found',
    '--output',
    `jsonpath=built from ${annotation}`,
  );
  return found !== '' && found !== `built from ${imageInputs}`;
}

/** dist/ as it is committed; for another image a synthesis of its own, which leaves dist/ alone. */
async function operatorManifests({ image }: DemoCluster): Promise<string> {
  return image ? synthesise('main.ts', 'build/install', { ROLLCALL_IMAGE: image }) : 'dist';
}

/** Runs a cdk8s app. @returns the folder of its manifests */
async function synthesise(app: string, outdir: string, env: Record<string, string> = {}): Promise<string> {
  await runCommand([process.execPath, app], { cwd: root, env: { ...env, CDK8S_OUTDIR: outdir } });
  return outdir;
}
