import { expect } from 'chai';
import type { ComputeJobSpec } from '../../constructs/crds/compute-job.ts';
import { GROUP_VERSION } from '../../constructs/names.ts';
import type { ApplyConfiguration } from '../../reconciler/kube/object.ts';
import { computeOperator, computePlane, stopComputeOperator } from './compute-plane.ts';
import { eventually } from './eventually.ts';
import { type OperatorProcess, startOperator } from './operator-process.ts';
import { type AnyObject, openWorld, type World } from './world.ts';

/** What the cases of a suite about jobs work with; usable from the suite's first case on. */
export interface ComputeSuite {
  readonly world: World;
  readonly operator: OperatorProcess;
  /** Names of the suite's nodes. */
  readonly nodes: readonly string[];
  /** Creates a job that keeps to the suite's nodes. */
  readonly run: (namespace: string, name: string, spec: Partial<ComputeJobSpec>) => Promise<AnyObject>;
  /** Waits until the job's status satisfies the assertion, and returns the job. */
  readonly job: (
    namespace: string,
    name: string,
    assertion: (job: AnyObject) => void,
    ms?: number,
  ) => Promise<AnyObject>;
  readonly pods: (namespace: string) => Promise<AnyObject[]>;
}

interface ComputeSuiteOptions {
  /** Of the suite: the beginning of its nodes' names, and their label `suite`. */
  readonly name: string;
  readonly nodes: number;
  /** Cores of each node. */
  readonly cpu?: number;
  /** Flags of an operator of its own; without, it shares one. */
  readonly args?: readonly string[];
}

/** Call it in a `describe`: its cases run with nodes of their own on the control plane for jobs, and an operator. */
export function computeSuite({ name, nodes: count, cpu = 4, args }: ComputeSuiteOptions): ComputeSuite {
  const nodes = Array.from({ length: count }, (_, index) => `${name}-${index}`);
  let world: World | undefined;
  let operator: OperatorProcess | undefined;

  before(async function () {
    // kwok is built in it the first time, on a machine that may be busy.
    this.timeout(600_000);
    const controlPlane = await computePlane();
    world = openWorld(controlPlane);
    await Promise.all(nodes.map((node) => world!.create(fakeNode(node, { suite: name }, cpu))));
    if (args) await stopComputeOperator();
    operator = args ? await startOperator({ controlPlane, args }) : await computeOperator();
    await eventually(async () => {
      const states = (await world!.list('ComputeNode')).filter((node) => node.metadata.labels?.suite === name);
      expect(states.filter(({ status }) => status?.state === 'Running')).to.have.length(count);
    }, 30_000);
  });

  after(async function () {
    this.timeout(30_000);
    if (args) await operator?.stop();
    await Promise.all(nodes.map((node) => world?.delete('Node', '', node).catch(() => {})));
    await world?.close();
  });

  return {
    get world() {
      return world!;
    },
    get operator() {
      return operator!;
    },
    nodes,
    run: (namespace, job, spec) =>
      world!.create(computeJob(namespace, job, { nodeSelector: { suite: name }, ...spec })),
    job: (namespace, job, assertion, ms) =>
      eventually(async () => {
        const found = await world!.get('ComputeJob', namespace, job);
        assertion(found!);
        return found!;
      }, ms),
    pods: async (namespace) =>
      (await world!.list('Pod', namespace)).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)),
  };
}

/** A ComputeJob to create; its pods succeed after a while unless told otherwise. */
export function computeJob(namespace: string, name: string, spec: Partial<ComputeJobSpec>): ApplyConfiguration {
  return {
    apiVersion: GROUP_VERSION,
    kind: 'ComputeJob',
    metadata: { namespace, name },
    spec: { command: ['succeed'], ...spec },
  };
}

/** A node that kwok plays. */
export function fakeNode(name: string, labels: Readonly<Record<string, string>>, cpu = 4): ApplyConfiguration {
  const resources = { cpu: String(cpu), memory: '16Gi', pods: '110' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels, annotations: { 'kwok.x-k8s.io/node': 'fake' } },
    status: { allocatable: resources, capacity: resources },
  };
}

/** Names of the nodes on which a job runs or ran. */
export function nodesOf({ status }: AnyObject): string[] {
  return status?.nodes ?? [];
}
