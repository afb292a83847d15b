import type { Kubectl } from '../cluster/kubectl.ts';
import { sumSeries } from './metrics-text.ts';

/** A metric of a peer, summed over the series that have these labels; read through the API server. */
export async function podMetric(
  kubectl: Kubectl,
  namespace: string,
  pod: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const text = await kubectl(['get', '--raw', `/api/v1/namespaces/${namespace}/pods/${pod}:9090/proxy/metrics`]);
  return sumSeries(text, name, labels);
}
