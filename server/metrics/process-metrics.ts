import { Counter, Gauge, type Registry } from 'prom-client';
import { EventLoopDelaySummary, watchEventLoop } from '../process/event-loop-delay.ts';
import { readThrottling, type Throttling } from './cgroup.ts';

/**
 * What the process itself suffers: a latency that rises together with one of these is this process's, not the network's.
 */
export function registerProcessMetrics(registers: Registry[]): void {
  const name = 'rollcall_event_loop_delay_seconds';
  const help = 'Event loop delay over the last one to two minutes, in seconds.';
  new EventLoopDelaySummary({ name, help, registers }, watchEventLoop());
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
    'Number of scheduling periods in which the container was throttled.',
    ({ periods }) => periods,
  );
  throttling(
    'rollcall_cpu_throttled_seconds_total',
    'Time for which the container was throttled, in seconds.',
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
  new Gauge({ name: 'process_start_time_seconds', help: 'Start time of the process.', registers }).set(
    Math.round(performance.timeOrigin / 1_000),
  );
}
