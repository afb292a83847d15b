import { Gauge, type Registry } from 'prom-client';
import type { Validity } from './tls/certificate-authority.ts';
import type { FirstToExpire } from './tls/first-to-expire.ts';

/**
 * Metrics of PeerGroups: of all certificates that the operator issued, the one of each kind that expires first.
 * Two series per metric, whatever the number of groups.
 */
export function peerGroupMetrics(registry: Registry, first: () => FirstToExpire): void {
  const gauge = (name: string, help: string, field: keyof Validity) =>
    new Gauge({
      name,
      help,
      labelNames: ['kind'],
      registers: [registry],
      collect() {
        this.reset();
        const { ca, leaf } = first();
        if (ca !== undefined) this.set({ kind: 'authority' }, ca[field] / 1_000);
        if (leaf !== undefined) this.set({ kind: 'leaf' }, leaf[field] / 1_000);
      },
    });
  gauge(
    'rollcall_certificate_not_before_timestamp_seconds',
    'Start of validity of the first certificate to expire, by kind, as Unix time.',
    'from',
  );
  gauge(
    'rollcall_certificate_expiry_timestamp_seconds',
    'Expiry of the first certificate to expire, by kind, as Unix time.',
    'to',
  );
}
