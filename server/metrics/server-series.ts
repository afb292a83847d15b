import { Counter, Gauge, type Registry } from 'prom-client';
import type { MetricsSources } from './sources.ts';

/** What a scrape reads from the server as it stands. */
export function registerServerMetrics(sources: MetricsSources, registers: Registry[]): void {
  new Counter({
    name: 'rollcall_log_lines_lost_total',
    help: 'Number of log lines dropped because they were not read in time or the disk was full.',
    registers,
    collect() {
      this.reset();
      this.inc(sources.linesLost());
    },
  });
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge('rollcall_askers_expected', 'Peers of the group that should ping this one.', () => sources.askers().expected);
  gauge('rollcall_askers_seen', 'Of those, how many did within the last interval.', () => sources.askers().seen);
  gauge('rollcall_ping_interval_seconds', 'How often each peer is pinged.', () => sources.config().intervalMs / 1_000);
  gauge('rollcall_config_loaded_timestamp_seconds', 'When the config in use was loaded.', () => {
    return sources.config().loadedAt / 1_000;
  });
  gauge('rollcall_config_age_seconds', 'How long the config has been in use.', () => {
    return sources.config().ageMs / 1_000;
  });
  gauge('rollcall_config_refused', '1 when the config file as it stands was refused.', () => {
    return sources.config().refused ? 1 : 0;
  });
  new Counter({
    name: 'rollcall_prober_errors_total',
    help: "Pings that could not be sent, by the error of this server's own machine.",
    labelNames: ['code'],
    registers,
    collect() {
      this.reset();
      for (const [code, count] of sources.proberErrors()) this.inc({ code }, count);
    },
  });
  new Gauge({
    name: 'rollcall_config_info',
    help: 'Hash of the config in use.',
    labelNames: ['hash'],
    registers,
    collect() {
      this.reset();
      this.set({ hash: sources.config().hash }, 1);
    },
  });
  new Gauge({ name: 'rollcall_build_info', help: 'Version.', labelNames: ['version'], registers }).set(
    { version: sources.version },
    1,
  );
}

/** From the certificate in use at every scrape, so that one that was reloaded shows at once; without TLS no series. */
export function registerCertificateMetrics(sources: MetricsSources, registers: Registry[]): void {
  const gauge = (name: string, help: string, field: 'validFromDate' | 'validToDate') =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const certificate = sources.certificate();
        if (certificate === undefined) this.remove();
        else this.set(certificate[field].getTime() / 1_000);
      },
    });
  gauge(
    'rollcall_certificate_not_before_timestamp_seconds',
    'From when the certificate in use is valid.',
    'validFromDate',
  );
  gauge('rollcall_certificate_expiry_timestamp_seconds', 'When the certificate in use expires.', 'validToDate');
}
