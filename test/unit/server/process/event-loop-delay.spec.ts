import { expect } from 'chai';
import { Registry } from 'prom-client';
import {
  type DelayHistogram,
  EventLoopDelay,
  EventLoopDelaySummary,
} from '../../../../server/process/event-loop-delay.ts';

/** A histogram of samples in milliseconds. */
class Samples implements DelayHistogram {
  #samples: number[] = [];

  add(...samples: readonly number[]): void {
    this.#samples = [...this.#samples, ...samples].sort((a, b) => a - b);
  }

  get count(): number {
    return this.#samples.length;
  }

  get mean(): number {
    return (1e6 * this.#samples.reduce((sum, sample) => sum + sample, 0)) / this.count;
  }

  get min(): number {
    return 1e6 * this.#samples[0]!;
  }

  readonly stddev = 0;

  percentile(percentile: number): number {
    return 1e6 * this.#samples[Math.ceil((percentile / 100) * this.count) - 1]!;
  }

  reset(): void {
    this.#samples = [];
  }
}

describe('event loop delay', () => {
  const samples = new Samples();
  const delay = new EventLoopDelay(samples, 250);
  const registers = [new Registry()];
  new EventLoopDelaySummary({ name: 'delay', help: 'Delay.', registers }, delay);
  const series = async () => (await registers[0]!.metrics()).split('\n').filter((line) => line.startsWith('delay'));

  it('is nothing before the first sample', async () => {
    expect(await series()).to.deep.equal([
      ...['delay{quantile="0.5"} 0', 'delay{quantile="0.99"} 0', 'delay{quantile="1"} 0'],
      ...['delay_sum 0', 'delay_count 0'],
    ]);
    expect([delay.min, delay.mean]).to.deep.equal([0, 0]);
  });

  it('is the same for the second scraper as for the first, and for a window longer', async () => {
    samples.add(250, 250, 750);
    const first = await series();
    expect(first).to.include.members(['delay{quantile="0.5"} 0', 'delay{quantile="1"} 0.5', 'delay_count 3']);
    expect(await series()).to.deep.equal(first);
    delay.rotate();
    expect(await series()).to.deep.equal(first);
    expect(delay.between(100)).to.equal(0.75);
    samples.add(250);
    delay.rotate();
    expect(await series()).to.include.members(['delay{quantile="1"} 0', 'delay_count 4']);
  });
});
