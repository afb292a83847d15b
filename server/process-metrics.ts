import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';
import { readThrottling } from './cgroup.ts';

/** How exactly the event loop's delay is sampled. Milliseconds. */
const RESOLUTION = 20;

/**
 * What the process itself suffers: a latency that rises together with one of these is this process's, not the network's.
 */
export function registerProcessMetrics(registers: Registry[]): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  new Gauge({
    name: 'rollcall_event_loop_delay_seconds',
    help: 'By how much the event loop was late since the last scrape.',
    labelNames: ['quantile'],
    registers,
    collect() {
      // The histogram holds the whole time between two ticks, of which the resolution is as it should be.
      const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - RESOLUTION / 1e3);
      this.set({ quantile: '0.5' }, late(delay.percentile(50)));
      this.set({ quantile: '0.99' }, late(delay.percentile(99)));
      this.set({ quantile: '1' }, late(delay.max));
      delay.reset();
    },
  });
  const periods = new Counter({
    name: 'rollcall_cpu_throttled_periods_total',
    help: 'Scheduling periods in which the container had used up its CPU quota.',
    registers,
  });
  new Counter({
    name: 'rollcall_cpu_throttled_seconds_total',
    help: 'Time for which the container was held back for having used up its CPU quota.',
    registers,
    collect() {
      const throttling = readThrottling();
      if (!throttling) return;
      this.reset();
      periods.reset();
      this.inc(throttling.seconds);
      periods.inc(throttling.periods);
    },
  });
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'User and system CPU time.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({ name: 'process_start_time_seconds', help: 'When the process started.', registers }).set(
    Math.round(performance.timeOrigin / 1_000),
  );
}
