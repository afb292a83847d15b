import { expect } from 'chai';
import { cliProgress, inStep, type ProgressTimer } from '../../cluster/progress.ts';

describe('progress of long work', () => {
  it('is never silent for ten seconds where the output is no terminal', () => {
    const { output, timer, pass } = screen();
    const step = cliProgress(output, timer).step('Building');
    step.update('3 of 9 packages');
    pass(35_000);
    const times = output.lines().map((line) => Number(/ ([\d.]+) s/.exec(line)?.[1] ?? 0));
    for (const [i, time] of [...times, 35].entries()) expect(time - (times[i - 1] ?? 0)).to.be.below(10);
  });

  it('says title, elapsed time and detail on a line of its own when the step ends', () => {
    const { output, timer, pass } = screen();
    const step = cliProgress(output, timer).step('Building');
    pass(1_500);
    step.done('140 MB');
    expect(output.lines()).to.deep.equal(['Building ...', 'Building  1.5 s  140 MB']);
  });

  it('counts minutes after the first one', () => {
    const { output, timer, pass } = screen();
    const step = cliProgress(output, timer).step('Building');
    pass(412_000);
    step.done();
    expect(output.lines().at(-1)).to.equal('Building  6 min 52 s  done');
  });

  it('writes nothing more after the step has ended', () => {
    const { output, timer, pass } = screen();
    cliProgress(output, timer).step('Building').done();
    pass(60_000);
    expect(output.lines()).to.have.length(2);
  });

  it('rewrites one line on a terminal, no wider than the terminal', () => {
    const { output, timer, pass } = screen({ isTTY: true, columns: 20 });
    const step = cliProgress(output, timer).step('Building');
    step.update('a detail that is much longer than the terminal is wide');
    pass(1_000);
    expect(output.text).not.to.include('\n');
    const frames = output.text.split('\r\u001b[K').slice(1);
    expect(frames.length).to.be.greaterThan(3);
    for (const frame of frames) expect(frame.length).to.be.below(20);
  });

  it('marks the step as failed and passes the error on when its work throws', async () => {
    const { output, timer } = screen();
    const boom = new Error('boom');
    const outcome = await inStep(cliProgress(output, timer), 'Building', () => Promise.reject(boom)).catch((e) => e);
    expect(outcome).to.equal(boom);
    expect(output.lines().at(-1)).to.equal('Building  0.0 s  failed');
  });
});

/** An output that remembers, and a clock that goes when told. */
function screen(traits: { isTTY?: boolean; columns?: number } = {}) {
  let now = 0;
  const ticks: { every: number; due: number; tick: () => void }[] = [];
  const timer: ProgressTimer = {
    now: () => now,
    every: (every, tick) => {
      const entry = { every, due: now + every, tick };
      ticks.push(entry);
      return () => ticks.splice(ticks.indexOf(entry), 1);
    },
  };
  const output = {
    ...traits,
    text: '',
    write(text: string) {
      this.text += text;
    },
    lines() {
      return this.text.trimEnd().split('\n');
    },
  };
  const pass = (ms: number) => {
    for (const end = now + ms; now < end; now += 250) {
      for (const entry of ticks.filter((candidate) => candidate.due <= now)) {
        entry.due += entry.every;
        entry.tick();
      }
    }
  };
  return { output, timer, pass };
}
