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
  gauge('rollcall_askers_expected', 'Number of peers that should ping this one.', () => sources.askers().expected);
  gauge(
    'rollcall_askers_seen',
    'Number of peers that should ping this one and have done so within the last interval and timeout.',
    () => sources.askers().seen,
  );
  gauge('rollcall_ping_interval_seconds', 'Ping interval.', () => sources.config().intervalMs / 1_000);
  gauge(
    'rollcall_config_loaded_timestamp_seconds',
    'Time at which the current configuration was loaded, as Unix time.',
    () => {
      return sources.config().loadedAt / 1_000;
    },
  );
  gauge('rollcall_config_age_seconds', 'Time since the current configuration was loaded, in seconds.', () => {
    return sources.config().ageMs / 1_000;
  });
  gauge('rollcall_config_refused', '1 if the current configuration file was rejected, else 0.', () => {
    return sources.config().refused ? 1 : 0;
  });
  new Counter({
    name: 'rollcall_prober_errors_total',
    help: 'Number of pings that could not be sent because of a local error, by error code.',
    labelNames: ['code'],
    registers,
    collect() {
      this.reset();
      for (const [code, count] of sources.proberErrors()) this.inc({ code }, count);
    },
  });
  new Gauge({
    name: 'rollcall_config_info',
    help: 'Hash of the current configuration, as a label; always 1.',
    labelNames: ['hash'],
    registers,
    collect() {
      this.reset();
      this.set({ hash: sources.config().hash }, 1);
    },
  });
  new Gauge({
    name: 'rollcall_build_info',
    help: 'Version of the peer, as a label; always 1.',
    labelNames: ['version'],
    registers,
  }).set({ version: sources.version }, 1);
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
    'Start of validity of the current certificate, as Unix time.',
    'validFromDate',
  );
  gauge(
    'rollcall_certificate_expiry_timestamp_seconds',
    'Expiry of the current certificate, as Unix time.',
    'validToDate',
  );
}
