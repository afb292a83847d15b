import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Got } from 'got';
import { adminClient } from './api-client.ts';
import { AUDIT_POLICY } from './audit-policy.ts';
import type { Binaries } from './binaries.ts';
import {
  apiServerFlags,
  apiServerUrl,
  COMPONENTS_WITH_KUBECONFIG,
  type ControlPlaneSpec,
  clientLimits,
  controllerManagerFlags,
  etcdFlags,
  kwokFlags,
  schedulerFlags,
} from './control-plane-flags.ts';
import { Daemon } from './daemon.ts';
import { ClusterError } from './errors.ts';
import { hostAddress } from './ipv4.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type PodStages, podStages } from './kwok-stages.ts';
import { controlPlaneCertificates, ensurePki } from './pki.ts';

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

export function kubeconfigFile(dir: string): string {
  return join(dir, 'kubeconfig');
}

/** Writes keys, certificates, kubeconfigs and the audit policy; what a former start has made stays. */
export async function prepareControlPlane(spec: ControlPlaneSpec): Promise<void> {
  const pki = join(spec.dir, 'pki');
  const service = 'kubernetes.default.svc.cluster.local';
  const addresses = [...new Set([spec.address, '127.0.0.1', hostAddress(spec.serviceCidr, 1)])];
  const names = [...addresses, 'localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', service];
  await ensurePki(pki, controlPlaneCertificates(names));
  const config = { name: `rollcall-${spec.name}`, server: apiServerUrl(spec), pki };
  await Promise.all([
    writeKubeconfig(kubeconfigFile(spec.dir), { ...config, certificate: 'admin' }),
    ...COMPONENTS_WITH_KUBECONFIG.map((component) =>
      writeKubeconfig(join(spec.dir, `${component}.kubeconfig`), { ...config, certificate: component }),
    ),
    writeFile(join(spec.dir, 'audit-policy.json'), JSON.stringify(AUDIT_POLICY)),
  ]);
}

/** Starts what doesn't run yet and returns when the API answers and namespaces get their default ServiceAccount. */
export async function startControlPlaneProcesses(
  spec: ControlPlaneSpec,
  binaries: Binaries,
  options: { readonly scheduler: boolean; readonly clientQps?: number; readonly featureGates?: string },
): Promise<void> {
  const daemon = (name: string) => new Daemon(spec.dir, name);
  const api = await adminClient(spec.dir, apiServerUrl(spec));
  const [etcd, apiServer] = [daemon('etcd'), daemon('kube-apiserver')];
  if (!etcd.process) await etcd.start(binaries.etcd, etcdFlags(spec));
  if (!apiServer.process) await apiServer.start(binaries.apiServer, apiServerFlags(spec, options.featureGates));
  await until(() => answers(api, 'readyz'), [etcd, apiServer], 'The API server is not ready');
  const limits = clientLimits(options.clientQps);
  // Not earlier: until the bootstrap roles exist, which is part of readyz, these are refused, and exit.
  const manager = daemon('kube-controller-manager');
  if (!manager.process) await manager.start(binaries.controllerManager, [...controllerManagerFlags(spec), ...limits]);
  const scheduler = daemon('kube-scheduler');
  if (options.scheduler && !scheduler.process) {
    await scheduler.start(binaries.scheduler, [...schedulerFlags(spec), ...limits]);
  }
  await until(
    () => answers(api, 'api/v1/namespaces/default/serviceaccounts/default'),
    [apiServer, manager],
    'The controller manager has made no default ServiceAccount',
  );
}

/** Starts kwok beside a control plane, unless it runs. */
export async function startKwok(spec: ControlPlaneSpec, kwok: string, stages?: PodStages): Promise<void> {
  const daemon = new Daemon(spec.dir, 'kwok');
  if (daemon.process) return;
  const config = join(spec.dir, 'kwok-stages.yaml');
  if (stages) await writeFile(config, podStages(stages));
  await daemon.start(kwok, [...kwokFlags(spec), ...(stages ? [`--config=${config}`] : [])]);
}

/** Stops every process of a control plane that runs in this folder, dependants first. */
export async function stopControlPlaneProcesses(dir: string): Promise<void> {
  const stop = (name: string) => new Daemon(dir, name).stop();
  await Promise.all(['kwok', 'kube-scheduler', 'kube-controller-manager'].map(stop));
  // Asked politely, an API server waits for its watchers for up to a minute; etcd has everything that it has answered.
  await new Daemon(dir, 'kube-apiserver').stop('SIGKILL');
  await stop('etcd');
}

async function answers(api: Got, path: string): Promise<boolean> {
  try {
    await api.get(path);
    return true;
  } catch {
    return false; // refused, not ready, not found yet: the deadline and the processes' logs say what is wrong
  }
}

async function until(isDone: () => Promise<boolean>, watched: readonly Daemon[], problem: string): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await isDone())) {
    for (const daemon of watched) daemon.assertAlive();
    if (performance.now() > deadline) {
      const logs = watched.map((daemon) => `${daemon.log}:\n${daemon.logTail()}`).join('\n');
      throw new ClusterError('ERR_NOT_READY', `${problem} after ${READY_TIMEOUT_MS / 1000} s; ${logs}`);
    }
    await sleep(POLL_MS);
  }
}
