import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Binaries, ensureBuilt, withAssets } from './binaries.ts';
import { ensureModule } from './build.ts';
import { apiServerUrl, auditLogFile, type ControlPlaneSpec } from './control-plane-flags.ts';
import {
  kubeconfigFile,
  prepareControlPlane,
  startControlPlaneProcesses,
  startKwok,
  stopControlPlaneProcesses,
} from './control-plane-processes.ts';
import { ClusterError } from './errors.ts';
import { keepAuditLogs } from './kept-audit-logs.ts';
import { type Kubectl, kubectlFor } from './kubectl.ts';
import type { PodStages } from './kwok-stages.ts';
import { assertClusterName } from './name.ts';
import { cachePaths } from './paths.ts';
import { freePorts } from './ports.ts';
import { identify, isAlive } from './process-identity.ts';
import { inStep, type Progress, silentProgress } from './progress.ts';
import { sweepLater } from './sweep-later.ts';

/** A Kubernetes API that answers. */
export interface ControlPlane {
  readonly name: string;
  /** URL of the API server. */
  readonly server: string;
  /** Path of a kubeconfig with every right (group system:masters). */
  readonly kubeconfig: string;
  /** The kubectl of the cluster's own version. */
  readonly kubectlPath: string;
  readonly kubectl: Kubectl;
  /**
   * File of audit.k8s.io/v1 Events, one JSON a line, written before a request's answer goes out (blocking mode, stage
   * ResponseComplete); with the object sent for writes, metadata for everything else.
   */
  readonly auditLog: string;
  /** Ends its processes and removes its state. */
  stop(): Promise<void>;
}

/** What a bare control plane should be like. */
export interface ControlPlaneOptions {
  /** @default a name of this process's own */
  readonly name?: string;
  /** Whether pods are given nodes. @default false */
  readonly scheduler?: boolean;
  /** Whether kwok runs, which plays the kubelet for fake nodes; with stages, by those. @default false */
  readonly kwok?: boolean | PodStages;
  /** Requests a second that scheduler and controller manager allow themselves. @default what they come with */
  readonly clientQps?: number;
  /** Of the API server, such as `WatchList=false`. @default what it comes with */
  readonly featureGates?: string;
  /** @default nobody sees it */
  readonly progress?: Progress;
}

/**
 * Starts etcd, kube-apiserver and kube-controller-manager on loopback: no root, any number side by side, empty, and
 * gone with this process, however it ends (at the latest the next start of one cleans up after it).
 *
 * @throws ClusterError ERR_TOOL_MISSING (Go), ERR_IN_USE (that name runs), ERR_NOT_READY with the logs' ends
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const progress = options.progress ?? silentProgress;
  const paths = cachePaths();
  const { binaries, note } = withAssets(await ensureBuilt(progress, paths), process.env.KUBEBUILDER_ASSETS);
  const kwok = options.kwok ? join(await ensureModule('kwok', progress, paths), 'kwok') : undefined;
  await sweepOrphans(paths.clusters);
  const spec = await claim(options.name ?? (await unusedName(paths.clusters)), paths.clusters);
  const keep = sweepLater();
  const running = controlPlaneHandle(spec, binaries, async () => {
    await stopControlPlaneProcesses(spec.dir);
    await keepAuditLogs(spec.dir);
    keep();
    await rm(spec.dir, { recursive: true, force: true });
  });
  return inStep(
    progress,
    `Starting control plane ${spec.name}${note ? ` (${note})` : ''}`,
    async () => {
      try {
        await prepareControlPlane(spec);
        await startControlPlaneProcesses(spec, binaries, {
          scheduler: options.scheduler ?? false,
          ...(options.clientQps && { clientQps: options.clientQps }),
          ...(options.featureGates && { featureGates: options.featureGates }),
        });
        if (kwok) await startKwok(spec, kwok, typeof options.kwok === 'object' ? options.kwok : undefined);
        return running;
      } catch (error) {
        keep();
        await stopControlPlaneProcesses(spec.dir); // the logs stay for whoever reads the error
        throw error;
      }
    },
    () => running.server,
  );
}

/** The handle of a control plane that runs in `spec.dir`. */
export function controlPlaneHandle(
  spec: ControlPlaneSpec,
  binaries: Pick<Binaries, 'kubectl'>,
  stop: () => Promise<void>,
): ControlPlane {
  const kubeconfig = kubeconfigFile(spec.dir);
  return {
    name: spec.name,
    server: apiServerUrl(spec),
    kubeconfig,
    kubectlPath: binaries.kubectl,
    kubectl: kubectlFor(binaries.kubectl, kubeconfig),
    auditLog: auditLogFile(spec.dir),
    stop,
  };
}

const OWNER_FILE = 'owner';

/** Makes the control plane's folder anew, with a note that it is this process's. */
async function claim(name: string, clusters: string): Promise<ControlPlaneSpec> {
  assertClusterName(name);
  const dir = join(clusters, name);
  if (existsSync(dir)) {
    throw new ClusterError('ERR_IN_USE', `A cluster named ${name} is there already (${dir}): choose another name`);
  }
  await mkdir(dir, { recursive: true });
  // Whole or not there: another start may look at it at this moment.
  const owner = join(dir, OWNER_FILE);
  await writeFile(`${owner}.new`, JSON.stringify(identify(process.pid)));
  await rename(`${owner}.new`, owner);
  const [apiServer, etcd, etcdPeer, controllerManager, scheduler, kwok] = (await freePorts(6)) as Six;
  return {
    name,
    dir,
    address: '127.0.0.1',
    ports: { apiServer, etcd, etcdPeer, controllerManager, scheduler, kwok },
    serviceCidr: '10.96.0.0/16',
    podCidr: '10.244.0.0/16',
  };
}

type Six = [number, number, number, number, number, number];

async function unusedName(clusters: string): Promise<string> {
  for (let i = 1; ; i++) {
    const name = `local-${process.pid}-${i}`;
    if (!existsSync(join(clusters, name))) return name;
  }
}

/** Removes control planes whose owning process is gone. */
export async function sweepOrphans(clusters: string): Promise<void> {
  if (!existsSync(clusters)) return;
  for (const name of readdirSync(clusters)) {
    const dir = join(clusters, name);
    const ownerFile = join(dir, OWNER_FILE);
    if (!existsSync(ownerFile) || isAlive(JSON.parse(readFileSync(ownerFile, 'utf8')))) continue;
    await stopControlPlaneProcesses(dir);
    await rm(dir, { recursive: true, force: true });
  }
}
