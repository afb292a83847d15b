import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Link } from './link.ts';
import type { PingResult } from './ping-result.ts';

/** Upper bounds in seconds. A pod-to-pod ping takes well under a millisecond, so the first is 50 µs. */
const BUCKETS = [
  0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** What a scrape asks of the server. */
export interface MetricsSources {
  links(): Iterable<Link>;
}

/** The server's metrics: latency by phase per target zone, and per peer no more than three series. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #seconds: Histogram;
  readonly #late: Histogram;
  readonly #answered: Counter;

  constructor(sources: MetricsSources) {
    const registers = [this.#registry];
    this.#seconds = new Histogram({
      name: 'rollcall_ping_phase_seconds',
      help: 'How long the phases of answered pings took, by the zone of the peer.',
      labelNames: ['phase', 'zone'],
      buckets: BUCKETS,
      registers,
    });
    this.#late = new Histogram({
      name: 'rollcall_ping_lateness_seconds',
      help: 'How long after its slot a ping went out: this server being slow, not the network.',
      buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5],
      registers,
    });
    this.#answered = new Counter({
      name: 'rollcall_pings_answered_total',
      help: 'Pings that others sent here.',
      registers,
    });
    const labelNames = ['peer'];
    const up = new Gauge({ name: 'rollcall_peer_up', help: '1: Up, 0: not Up.', labelNames, registers });
    const last = new Gauge({
      name: 'rollcall_peer_last_seconds',
      help: 'Latency of the last reply.',
      labelNames,
      registers,
    });
    const failed = new Gauge({
      name: 'rollcall_peer_failed_pings',
      help: 'Failed pings since this server started or the peer was added.',
      labelNames,
      registers,
      collect() {
        for (const gauge of [up, last, failed]) gauge.reset();
        for (const { peer, state, lastReply, failed: count } of sources.links()) {
          up.set({ peer: peer.name }, state.status === 'Up' ? 1 : 0);
          if (lastReply) last.set({ peer: peer.name }, lastReply.ms / 1_000);
          failed.set({ peer: peer.name }, count);
        }
      },
    });
  }

  onSent(lateMs: number): void {
    this.#late.observe(lateMs / 1_000);
  }

  onAnswered(): void {
    this.#answered.inc();
  }

  onResult(zone: string, result: PingResult): void {
    if (result.kind !== 'reply') return;
    this.#seconds.observe({ phase: 'total', zone }, result.ms / 1_000);
    for (const [phase, ms] of Object.entries(result.phases)) this.#seconds.observe({ phase, zone }, ms / 1_000);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
