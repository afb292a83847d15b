import { join } from 'node:path';
import { type Cluster, cliProgress, prometheusArchive } from '../cluster/index.ts';
import type { Kubectl } from '../cluster/kubectl.ts';
import { describeMissingGo } from '../cluster/requirements.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/monitoring');

/** Builds Prometheus unless it is in the cache. @returns the archive of its image */
export function buildPrometheus(): Promise<string> {
  return prometheusArchive(cliProgress());
}

/** Why Prometheus can't be built here; none when it can. */
export function missingForPrometheus(): Promise<string[]> {
  return describeMissingGo('prometheus');
}

/** A series as an instant query answers it. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The Prometheus server of examples/monitoring. */
export class ExamplePrometheus {
  readonly #kubectl: Kubectl;

  private constructor(kubectl: Kubectl) {
    this.#kubectl = kubectl;
  }

  /** Installs it as a user does and waits until it is ready. */
  static async install(cluster: Cluster): Promise<ExamplePrometheus> {
    const { kubectl } = cluster;
    await cluster.load(await buildPrometheus());
    await kubectl(['apply', '-k', EXAMPLE]);
    await kubectl(['-n', 'monitoring', 'rollout', 'status', 'deployment/prometheus', '--timeout=120s']);
    return new ExamplePrometheus(kubectl);
  }

  /** Name of the node that it runs on: what is cut off from it, it can't scrape. */
  node(): Promise<string> {
    const jsonpath = 'jsonpath={.items[0].spec.nodeName}';
    return this.#kubectl([
      '-n',
      'monitoring',
      'get',
      'pods',
      '-l',
      'app.kubernetes.io/name=prometheus',
      '-o',
      jsonpath,
    ]);
  }

  async remove(): Promise<void> {
    await this.#kubectl(['delete', '-k', EXAMPLE, '--ignore-not-found']);
  }

  /** @throws when Prometheus refuses the query */
  async query(expr: string): Promise<Sample[]> {
    const { result } = await this.#get<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
      `query?query=${encodeURIComponent(expr)}`,
    );
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** Alerts that fire now, as `name` and the labels that were asked for. */
  async firing(label: string): Promise<string[]> {
    const alerts = await this.query('ALERTS{alertstate="firing"}');
    return alerts.map(({ labels }) => `${labels.alertname} ${labels[label] ?? ''}`.trim()).sort();
  }

  async #get<T>(path: string): Promise<T> {
    const url = `/api/v1/namespaces/monitoring/services/prometheus:9090/proxy/api/v1/${path}`;
    const { status, data } = JSON.parse(await this.#kubectl(['get', '--raw', url])) as { status: string; data: T };
    if (status !== 'success') throw new Error(`${path}: ${status}`);
    return data;
  }
}
