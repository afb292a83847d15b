import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Got } from 'got';
import { adminClient } from './api-client.ts';
import { type ClusterState, controlPlaneSpec, imagesDir } from './cluster-state.ts';
import { apiServerUrl } from './control-plane-flags.ts';
import { ClusterError } from './errors.ts';
import type { NetworkPlan } from './network-plan.ts';
import { powerOn } from './node.ts';
import { describeNodeFailure } from './node-failure.ts';
import type { NodeSpec } from './node-files.ts';

const READY_TIMEOUT_MS = 90_000;
const POLL_MS = 150;

/** Powers nodes on and returns when each is Ready. */
export async function bringUpNodes(dir: string, state: ClusterState, nodes: readonly NodeSpec[]): Promise<void> {
  const api = await adminClient(dir, apiServerUrl(controlPlaneSpec(dir, state)));
  const started = Date.now();
  await Promise.all(
    nodes.map(async (node) => {
      await powerOn(node, state.bin, imagesDir(dir));
      await waitUntil(
        () => isReady(api, node.name, started),
        () => `Node ${node.name} is not Ready${describeNodeFailure(node.dir)}`,
      );
    }),
  );
}

/** Returns when the cluster's DNS answers the host. */
export async function waitForDns(plan: NetworkPlan): Promise<void> {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([plan.dns]);
  await waitUntil(
    async () => (await resolver.resolve4('kubernetes.default.svc.cluster.local')).length > 0,
    () => `The cluster's DNS (${plan.dns}) does not answer; see kubectl -n kube-system get pods`,
  );
}

/**
 * Ready counts only once the kubelet has renewed its lease in this start: the status of a former one lives on, and a
 * kubelet that finds itself Ready there first writes it again after ten seconds and more.
 */
async function isReady(api: Got, node: string, since: number): Promise<boolean> {
  const lease = await api.get(`apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${node}`).json<Lease>();
  if (Date.parse(lease.spec.renewTime) < since) return false;
  const { status } = await api.get(`api/v1/nodes/${node}`).json<NodeObject>();
  return status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** The parts of a Lease and of a Node that count here. */
interface Lease {
  readonly spec: { readonly renewTime: string };
}
interface NodeObject {
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Polls; an attempt that throws counts as a no. */
async function waitUntil(isDone: () => Promise<boolean>, problem: () => string): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    let cause: unknown;
    try {
      if (await isDone()) return;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) {
      throw new ClusterError('ERR_NOT_READY', `${problem()} (waited ${READY_TIMEOUT_MS / 1000} s)`, { cause });
    }
    await sleep(POLL_MS);
  }
}
