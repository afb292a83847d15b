import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureModule } from './build.ts';
import { type CachePaths, cachePaths } from './paths.ts';
import type { Progress } from './progress.ts';

/** The programs of a control plane, as absolute paths. */
export interface Binaries {
  readonly etcd: string;
  readonly apiServer: string;
  readonly controllerManager: string;
  readonly scheduler: string;
  readonly kubectl: string;
  /** The folder of our own build: kubelet and kube-proxy are there too. */
  readonly buildDir: string;
}

/** Builds Kubernetes, etcd and kubectl (one binary) unless they are in the cache. */
export async function ensureBuilt(progress: Progress, paths: CachePaths = cachePaths()): Promise<Binaries> {
  return programsIn(await ensureModule('kubernetes', progress, paths));
}

/** The programs of a build's folder. */
export function programsIn(dir: string): Binaries {
  return {
    etcd: join(dir, 'etcd'),
    apiServer: join(dir, 'kube-apiserver'),
    controllerManager: join(dir, 'kube-controller-manager'),
    scheduler: join(dir, 'kube-scheduler'),
    kubectl: join(dir, 'kubectl'),
    buildDir: dir,
  };
}

/**
 * What the folder named by `KUBEBUILDER_ASSETS` replaces, as in controller-runtime's envtest: etcd, kube-apiserver and
 * kubectl. What is missing there (envtest brings no controller manager) stays our own build.
 *
 * @returns the binaries and a sentence for people that says which is which; no sentence without the variable
 */
export function withAssets(
  built: Binaries,
  assets: string | undefined,
): { readonly binaries: Binaries; readonly note?: string } {
  if (!assets) return { binaries: built };
  const names = { etcd: 'etcd', apiServer: 'kube-apiserver', kubectl: 'kubectl' } as const;
  const found = Object.entries(names).filter(([, file]) => existsSync(join(assets, file)));
  const replaced = Object.fromEntries(found.map(([key, file]) => [key, join(assets, file)]));
  const files = found.map(([, file]) => file).join(', ') || 'nothing';
  return {
    binaries: { ...built, ...replaced },
    note: `${files} from KUBEBUILDER_ASSETS=${assets}, the rest built here`,
  };
}
