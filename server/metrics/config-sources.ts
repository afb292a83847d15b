import { X509Certificate } from 'node:crypto';
import type { ConfigSource } from '../config/config-source.ts';
import type { Clock } from '../time/clock.ts';
import type { WallTime } from '../time/wall-time.ts';
import type { MetricsSources } from './sources.ts';

/** What metrics show of a config that is followed. */
export function configSources(
  source: Pick<ConfigSource, 'current' | 'loadedAt' | 'failure'>,
  clock: Clock,
  time: WallTime,
): Pick<MetricsSources, 'config' | 'certificate'> {
  return {
    config: () => ({
      hash: source.current.hash,
      loadedAt: time.at(source.loadedAt),
      ageMs: clock.now() - source.loadedAt,
      refused: source.failure !== undefined,
      intervalMs: source.current.config.ping.intervalMs,
    }),
    certificate: () => {
      const { service } = source.current.material;
      return service && new X509Certificate(service.certificate);
    },
  };
}
