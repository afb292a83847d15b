import { Counter, Gauge, type Registry } from 'prom-client';
import type { MetricsSources } from './sources.ts';

/** Three series a peer, and one more for those that lose pings, read from the links at every scrape, so that a removed peer's are gone. */
export function registerPeerMetrics(sources: MetricsSources, registers: Registry[]): void {
  const labelNames = ['peer'];
  // Registered first, because metrics are collected in this order and this one fills them all.
  new Gauge({
    name: 'rollcall_peer_up',
    help: '1 if the peer is Up, 0 otherwise.',
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
    help: 'Latency of the last successful ping, in seconds.',
    labelNames,
    registers,
  });
  const failures = new Counter({
    name: 'rollcall_peer_failures_total',
    help: 'Number of failed pings since the peer was added.',
    labelNames,
    registers,
  });
  const loss = new Gauge({
    name: 'rollcall_peer_loss_ratio',
    help: 'Ratio of failed pings over 5 minutes; no series for peers without failures.',
    labelNames,
    registers,
  });
}
