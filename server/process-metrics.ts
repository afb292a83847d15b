import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';
import { readThrottling, type Throttling } from './cgroup.ts';

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
  const throttling = (name: string, help: string, read: (throttling: Throttling) => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        const now = readThrottling();
        if (!now) return;
        this.reset();
        this.inc(read(now));
      },
    });
  throttling(
    'rollcall_cpu_throttled_periods_total',
    'Scheduling periods in which the container had used up its CPU quota.',
    ({ periods }) => periods,
  );
  throttling(
    'rollcall_cpu_throttled_seconds_total',
    'Time for which the container was held back for having used up its CPU quota.',
    ({ seconds }) => seconds,
  );
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
