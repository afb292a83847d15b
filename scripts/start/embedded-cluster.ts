import { join } from 'node:path';
import { type LocalPeers, startLocalPeers } from '../../cli/peers/local-peers.ts';
import { ensureRequirements, nodeBaseArchive, startCluster } from '../../test/cluster/index.ts';
import { inStep } from '../../test/cluster/progress.ts';
import { findOnPath } from '../../test/cluster/requirements.ts';
import { buildImage } from '../image.ts';
import type { DemoCluster } from './demo-cluster.ts';
import { SAMPLE } from './sample.ts';
import type { Screen } from './screen.ts';

/** The image as a file, for clusters whose nodes take it from there. */
export const IMAGE_ARCHIVE = join(import.meta.dirname, '../../build/rollcall.tar');

export interface EmbeddedClusterOptions {
  readonly name: string;
  /** Install missing packages without a question. */
  readonly yes: boolean;
  /** Whether plain peers ping each other meanwhile: where Kubernetes must be built first, that takes minutes. */
  readonly preview: boolean;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

/**
 * Starts the embedded cluster, or finds it running, with our image on its node.
 *
 * @throws ClusterError, CommandError, NoEngineError
 */
export async function prepareEmbeddedCluster(options: EmbeddedClusterOptions): Promise<DemoCluster> {
  const { name, yes, screen, signal } = options;
  const { progress } = screen;
  let peers: Promise<LocalPeers> | undefined;
  const onSettled = () => {
    if (options.preview) peers = startPreview(screen);
  };
  try {
    await ensureRequirements({ progress, yes, onSettled });
    const base = `oci-archive:${await nodeBaseArchive(progress)}`;
    const image = await inStep(progress, 'Building the image', () =>
      buildImage({ base, archive: IMAGE_ARCHIVE, signal }),
    );
    const cluster = await startCluster({ name, progress });
    await inStep(progress, 'Loading the image', () => cluster.load(IMAGE_ARCHIVE));
    return {
      kubectl: [cluster.kubectlPath, '--kubeconfig', cluster.kubeconfig],
      imageInputs: image.inputs,
      preparation: `export KUBECONFIG=${cluster.kubeconfig}`,
      removal: `npm run cluster -- --name ${name} down`,
      kubectlForUser: findOnPath('kubectl') ? 'kubectl' : 'npm run -s kubectl --',
    };
  } finally {
    await (await peers)?.stop();
  }
}

function startPreview(screen: Screen): Promise<LocalPeers> {
  screen.print(`Kubernetes is built once, which takes minutes. Meanwhile ${SAMPLE.peers.length} plain processes:`);
  return startLocalPeers({ count: SAMPLE.peers.length, interval: '10s', onLine: screen.print });
}
