import type { X509Certificate } from 'node:crypto';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Link } from '../links/link.ts';
import type { LinkEvent, Outcome } from '../links/link-state.ts';
import type { PhaseTimes, PingResult } from '../ping/ping-result.ts';
import { registerProcessMetrics } from './process-metrics.ts';

/** Upper bounds in seconds. A pod-to-pod ping takes well under a millisecond, so the first is 50 µs. */
const BUCKETS = [
  0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

const PHASES = { dns: 'dns', tcp: 'connect', tls: 'tls', firstByte: 'first_byte' } as const satisfies Record<
  keyof PhaseTimes,
  string
>;

/** What a scrape asks of the server. */
export interface MetricsSources {
  readonly version: string;
  links(): Iterable<Link>;
  /** Pings that could not be sent, by code. */
  proberErrors(): ReadonlyMap<string, number>;
  askers(): { readonly expected: number; readonly seen: number };
  /** Monotonic milliseconds. */
  now(): number;
  /** `loadedAt` in milliseconds since the epoch, as the wall clock stands now. */
  config(): {
    readonly hash: string;
    readonly loadedAt: number;
    readonly ageMs: number;
    readonly refused: boolean;
    readonly intervalMs: number;
  };
  /** Number of lines of the log that found no room. */
  linesLost(): number;
  /** The certificate that this server shows now; undefined without TLS. */
  certificate(): Pick<X509Certificate, 'validFromDate' | 'validToDate'> | undefined;
}

/** The server's metrics. Latencies are by phase and target zone, not by peer, of which there may be thousands. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #sources: MetricsSources;
  /** Zones that have series. */
  readonly #zones = new Set<string>();
  readonly #phaseSeconds;
  readonly #lateness;
  readonly #pings;
  readonly #failures;
  readonly #changes;
  readonly #missed;
  readonly #answered;
  readonly #stale;

  constructor(sources: MetricsSources) {
    const registers = [this.#registry];
    this.#sources = sources;
    this.#phaseSeconds = new Histogram({
      name: 'rollcall_ping_phase_seconds',
      help: 'Time that each phase of an answered ping took, and the total, by the zone of the peer.',
      labelNames: ['phase', 'zone'],
      buckets: BUCKETS,
      registers,
    });
    this.#pings = new Counter({
      name: 'rollcall_pings_total',
      help: 'Pings sent, by outcome: ok, failed, draining (the peer is shutting down), unresolved, starting (the peer has not answered yet), unknown (not sent).',
      labelNames: ['outcome'],
      registers,
    });
    this.#failures = new Counter({
      name: 'rollcall_ping_failures_total',
      help: 'Failed pings by the phase that failed.',
      labelNames: ['phase'],
      registers,
    });
    this.#changes = new Counter({
      name: 'rollcall_link_changes_total',
      help: 'Links that were added, removed, came Up or went Down, and why.',
      labelNames: ['change', 'reason'],
      registers,
    });
    this.#lateness = new Histogram({
      name: 'rollcall_ping_lateness_seconds',
      help: 'How long after its slot a ping went out or was left out. This is the prober being slow, not the network.',
      buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5],
      registers,
    });
    this.#missed = new Counter({
      name: 'rollcall_ping_slots_missed_total',
      help: 'Slots left out because this process came to them more than a quarter of an interval late.',
      registers,
    });
    this.#answered = new Counter({
      name: 'rollcall_pings_answered_total',
      help: 'Pings of others answered here.',
      registers,
    });
    this.#stale = new Counter({
      name: 'rollcall_stale_connections_total',
      help: 'Kept connections that had ended when a ping was sent on them; each was replaced and the ping sent on the new one.',
      registers,
    });
    registerPeerMetrics(sources, registers);
    registerServerMetrics(sources, registers);
    registerCertificateMetrics(sources, registers);
    registerProcessMetrics(registers);
  }

  /** @param lateMs how long after its slot a ping went out */
  onSent(lateMs: number): void {
    this.#lateness.observe(lateMs / 1_000);
  }

  onMissed(lateMs: number): void {
    this.#missed.inc();
    this.#lateness.observe(lateMs / 1_000);
  }

  /** A kept connection had ended before the ping on it was answered with a single byte. */
  onStale(): void {
    this.#stale.inc();
  }

  onAnswered(): void {
    this.#answered.inc();
  }

  onResult(zone: string, result: PingResult, outcome: Outcome, event: LinkEvent): void {
    this.#pings.inc({ outcome });
    if (result.kind === 'failure' && outcome === 'failed') this.#failures.inc({ phase: result.phase });
    if (event.type === 'up' || event.type === 'first-reply') this.#changes.inc({ change: 'up', reason: 'reply' });
    if (event.type === 'down') {
      this.#changes.inc({ change: 'down', reason: result.kind === 'failure' ? result.phase : 'reply' });
    }
    if (event.type === 'lossy') this.#changes.inc({ change: 'down', reason: 'loss' });
    if (result.kind !== 'reply') return;
    this.#zones.add(zone);
    this.#phaseSeconds.observe({ phase: 'total', zone }, result.ms / 1_000);
    for (const [phase, label] of Object.entries(PHASES)) {
      const ms = result.phases[phase as keyof PhaseTimes];
      if (ms !== undefined) this.#phaseSeconds.observe({ phase: label, zone }, ms / 1_000);
    }
  }

  /** A config has added and removed so many peers. */
  onConfig(added: number, removed: number): void {
    this.#changes.inc({ change: 'added', reason: 'config' }, added);
    this.#changes.inc({ change: 'removed', reason: 'config' }, removed);
    this.#forgetZones();
  }

  /** Drops the series of zones in which no peer is any more. */
  #forgetZones(): void {
    const present = new Set(Array.from(this.#sources.links(), ({ peer }) => peer.zone ?? ''));
    for (const zone of this.#zones) {
      if (present.has(zone)) continue;
      this.#zones.delete(zone);
      for (const phase of ['total', ...Object.values(PHASES)]) this.#phaseSeconds.remove({ phase, zone });
    }
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

/** Three series a peer, and one more for those that lose pings, read from the links at every scrape, so that a removed peer's are gone. */
function registerPeerMetrics(sources: MetricsSources, registers: Registry[]): void {
  const labelNames = ['peer'];
  // Registered first, because metrics are collected in this order and this one fills them all.
  new Gauge({
    name: 'rollcall_peer_up',
    help: '1 when the peer is Up, else 0.',
    labelNames,
    registers,
    collect() {
      for (const metric of [this, last, failures, loss]) metric.reset();
      const now = sources.now();
      for (const { peer, state, lastReply, failed, loss: window } of sources.links()) {
        const { pings, lost } = window.counts(now);
        if (lost > 0) loss.set({ peer: peer.name }, lost / pings);
        this.set({ peer: peer.name }, state.status === 'Up' ? 1 : 0);
        if (lastReply) last.set({ peer: peer.name }, lastReply.ms / 1_000);
        failures.inc({ peer: peer.name }, failed);
      }
    },
  });
  const last = new Gauge({
    name: 'rollcall_peer_last_seconds',
    help: 'Latency of the last reply.',
    labelNames,
    registers,
  });
  const failures = new Counter({
    name: 'rollcall_peer_failures_total',
    help: 'Failed pings since the peer was added.',
    labelNames,
    registers,
  });
  const loss = new Gauge({
    name: 'rollcall_peer_loss_ratio',
    help: 'Share of the pings of the last five minutes that failed; no series for a peer without failures.',
    labelNames,
    registers,
  });
}

function registerServerMetrics(sources: MetricsSources, registers: Registry[]): void {
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
function registerCertificateMetrics(sources: MetricsSources, registers: Registry[]): void {
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
