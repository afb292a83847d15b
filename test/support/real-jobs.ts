import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { LABEL_INSTANCE } from '../../constructs/names.ts';
import type { Cluster } from '../cluster/index.ts';
import { testCluster } from './cluster.ts';
import { eventually } from './eventually.ts';
import { installRollcall } from './rollcall.ts';
import type { AnyObject } from './world.ts';

const root = join(import.meta.dirname, '../..');

/** The cluster with this many nodes and the operator installed, and every node Running. */
export async function jobCluster(nodes: number): Promise<Cluster> {
  const cluster = await testCluster({ nodes });
  await installRollcall(cluster);
  const { kubectl } = cluster;
  await eventually(async () => {
    const states = await kubectl(['get', 'cn', '-o', 'jsonpath={.items[*].status.state}']);
    expect(states.split(' ')).to.deep.equal(Array.from({ length: cluster.nodes.length }, () => 'Running'));
  }, 60_000);
  return cluster;
}

/** Jobs of one namespace on a real cluster. */
export class RealJobs {
  readonly #cluster: Cluster;
  readonly #namespace: string;

  constructor(cluster: Cluster, namespace: string) {
    this.#cluster = cluster;
    this.#namespace = namespace;
  }

  async run(name: string, spec: object): Promise<void> {
    const job = { apiVersion: 'rollcall.dev/v1alpha1', kind: 'ComputeJob', metadata: { name }, spec };
    await this.#kubectl(['create', '-f', '-'], JSON.stringify(job));
  }

  /** Applies an example of `examples/jobs/`. */
  async example(file: string): Promise<void> {
    await this.#kubectl(['apply', '-f', join(root, 'examples/jobs', file)]);
  }

  async patch(name: string, spec: object): Promise<void> {
    await this.#kubectl(['patch', 'cjob', name, '--type=merge', '-p', JSON.stringify({ spec })]);
  }

  async delete(kind: string, name: string): Promise<void> {
    await this.#kubectl(['delete', kind, name, '--wait=false']);
  }

  async get(name: string): Promise<AnyObject> {
    return JSON.parse(await this.#kubectl(['get', 'cjob', name, '-o', 'json'])) as AnyObject;
  }

  /** Waits until the job satisfies the assertion. */
  until(name: string, assertion: (job: AnyObject) => void, ms = 30_000): Promise<AnyObject> {
    return eventually(async () => {
      const job = await this.get(name);
      assertion(job);
      return job;
    }, ms);
  }

  async pods(): Promise<AnyObject[]> {
    const { items } = JSON.parse(await this.#kubectl(['get', 'pods', '-o', 'json'])) as { items: AnyObject[] };
    return items.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  async podsOf(job: string): Promise<AnyObject[]> {
    return (await this.pods()).filter(({ metadata }) => metadata.labels?.[LABEL_INSTANCE] === job);
  }

  log(pod: string): Promise<string> {
    return this.#kubectl(['logs', pod]);
  }

  /** What a pod logs until it ends. */
  follow(pod: string): Promise<string> {
    return this.#kubectl(['logs', '--follow', pod]);
  }

  /** Applies an example of `examples/jobs/` with a part of it replaced. */
  async changedExample(file: string, part: string, replacement: string): Promise<void> {
    const text = readFileSync(join(root, 'examples/jobs', file), 'utf8');
    await this.#kubectl(
      ['apply', '-f', '-'],
      text.replace(part, () => replacement),
    );
  }

  #kubectl(args: readonly string[], input?: string): Promise<string> {
    return this.#cluster.kubectl(['-n', this.#namespace, ...args], input === undefined ? {} : { input });
  }
}

/** Asserts a job's state; its message is shown when it is another. */
export function inState(state: string) {
  return ({ status }: AnyObject) => expect(status?.state, status?.message).to.equal(state);
}
