import { Counter, Histogram, Registry } from 'prom-client';
import type { LinkEvent, Outcome } from '../links/link-state.ts';
import type { PhaseTimes, PingResult } from '../ping/ping-result.ts';
import { registerPeerMetrics } from './peer-series.ts';
import { registerProcessMetrics } from './process-metrics.ts';
import { registerCertificateMetrics, registerServerMetrics } from './server-series.ts';
import type { MetricsSources } from './sources.ts';

/** Upper bounds in seconds. A pod-to-pod ping takes well under a millisecond, so the first is 50 µs. */
const BUCKETS = [
  0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

const PHASES = { dns: 'dns', tcp: 'connect', tls: 'tls', firstByte: 'first_byte' } as const satisfies Record<
  keyof PhaseTimes,
  string
>;

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
      help: 'Duration of successful pings by phase (and in total) and zone of the peer, in seconds.',
      labelNames: ['phase', 'zone'],
      buckets: BUCKETS,
      registers,
    });
    this.#pings = new Counter({
      name: 'rollcall_pings_total',
      help: 'Number of pings, by outcome: ok, failed, draining (the peer is shutting down), unresolved, starting (the peer has not answered yet), unknown (not sent).',
      labelNames: ['outcome'],
      registers,
    });
    this.#failures = new Counter({
      name: 'rollcall_ping_failures_total',
      help: 'Number of failed pings by phase.',
      labelNames: ['phase'],
      registers,
    });
    this.#changes = new Counter({
      name: 'rollcall_link_changes_total',
      help: 'Changes of links (added, removed, up, down) by reason.',
      labelNames: ['change', 'reason'],
      registers,
    });
    this.#lateness = new Histogram({
      name: 'rollcall_ping_lateness_seconds',
      help: 'Delay of pings behind schedule, sent or skipped, in seconds. Caused by the prober, not by the network.',
      buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5],
      registers,
    });
    this.#missed = new Counter({
      name: 'rollcall_ping_slots_missed_total',
      help: 'Number of pings skipped because they were more than a quarter of an interval late.',
      registers,
    });
    this.#answered = new Counter({
      name: 'rollcall_pings_answered_total',
      help: 'Number of pings answered.',
      registers,
    });
    this.#stale = new Counter({
      name: 'rollcall_stale_connections_total',
      help: 'Number of kept connections found closed when sending a ping; the ping was sent on a new one.',
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
