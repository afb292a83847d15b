import { isBuilt } from '../../test/cluster/build.ts';
import { goModule } from '../../test/cluster/go-module.ts';
import { ensureBuilt, silentProgress } from '../../test/cluster/index.ts';
import { inStep } from '../../test/cluster/progress.ts';
import { findOnPath } from '../../test/cluster/requirements.ts';
import { buildImage } from '../image.ts';
import { runCommand } from '../run-command.ts';
import { confirm } from './confirm.ts';
import { type ClusterContext, findContext, loadCommand } from './context.ts';
import type { DemoCluster } from './demo-cluster.ts';
import { IMAGE_ARCHIVE } from './embedded-cluster.ts';
import { StartError } from './errors.ts';
import type { Screen } from './screen.ts';

export interface ExistingClusterOptions {
  readonly context: string;
  /** Image that the cluster's nodes have or can pull. @default ours is built and loaded */
  readonly image?: string | undefined;
  /** Don't ask. */
  readonly yes: boolean;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

/**
 * Makes a cluster that somebody else made ready for the demo: asks, then builds and loads the image unless one is given.
 *
 * @throws StartError, CommandError, NoEngineError
 */
export async function prepareExistingCluster(options: ExistingClusterOptions): Promise<DemoCluster> {
  const { image, screen, signal } = options;
  const kubectl = await findKubectl();
  const context = findContext(
    await runCommand([kubectl, 'config', 'view', '--output', 'json'], { signal }),
    options.context,
  );
  const load = loadCommand(context, IMAGE_ARCHIVE);
  if (!image && !load) {
    throw new StartError(
      'ERR_NO_WAY_TO_LOAD',
      `context "${context.name}" is not a kind, k3d or minikube cluster: push the image ` +
        '(npm run image -- --tag REGISTRY/rollcall:TAG --push) and name it (--image REGISTRY/rollcall:TAG)',
    );
  }
  await ask(context, options);
  return {
    kubectl: [kubectl, '--context', context.name],
    ...(image ? { image } : { imageInputs: await deliver(load!, screen, signal) }),
    kubectlForUser: `kubectl --context ${context.name}`,
  };
}

/** The one on PATH, which the user chose for this cluster, else the embedded cluster's if it was ever built. */
async function findKubectl(): Promise<string> {
  const onPath = findOnPath('kubectl');
  if (onPath) return onPath;
  if (isBuilt(goModule('kubernetes'))) return (await ensureBuilt(silentProgress)).kubectl;
  throw new StartError('ERR_NO_KUBECTL', 'kubectl must be on PATH: https://kubernetes.io/docs/tasks/tools');
}

async function ask(context: ClusterContext, { yes, signal }: ExistingClusterOptions): Promise<void> {
  const question =
    `Install Rollcall's CRD, its operator (namespace rollcall-system) and a sample (namespace demo) into ` +
    `"${context.name}" at ${context.server}?`;
  if (yes || (await confirm(question, signal))) return;
  throw new StartError('ERR_NOT_CONFIRMED', `nothing was changed in "${context.name}"; use --yes to skip the question`);
}

/** Builds the image and loads it. @returns the hash of what it is made of */
async function deliver(load: readonly string[], screen: Screen, signal: AbortSignal): Promise<string> {
  const built = await inStep(screen.progress, 'Building the image', () =>
    buildImage({ archive: IMAGE_ARCHIVE, signal }),
  );
  await inStep(screen.progress, 'Loading the image', () => runCommand(load, { signal }));
  return built.inputs;
}
