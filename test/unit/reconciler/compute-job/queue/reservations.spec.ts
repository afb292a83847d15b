import { expect } from 'chai';
import fc from 'fast-check';
import {
  MAX_BYPASS_MS,
  Reservations,
  STALL_TIMEOUT_MS,
} from '../../../../../reconciler/compute-job/queue/reservations.ts';

const MINUTE = 60_000;

/** Runs passes, one a minute, in which each of these jobs that may has nodes reserved; returns the minutes in which one had. */
function reservedMinutes(minutes: number, jobs: (minute: number) => Record<string, number>): number[] {
  const reservations = new Reservations();
  const held: number[] = [];
  let present: string[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    const now = minute * MINUTE;
    const asking = jobs(minute);
    for (const key of present) if (!(key in asking)) reservations.forget(key);
    present = Object.keys(asking);
    const may = present.filter((key) => reservations.mayReserve(key, now));
    for (const key of present) reservations.bypass(key, now);
    const first = may.slice(0, 1).map((key) => [key, asking[key]!] as const);
    if (first.length > 0) held.push(minute);
    reservations.observe(new Map(first), now);
  }
  return held;
}

describe('reservations of nodes', () => {
  it('begin once others have gone ahead for five minutes', () => {
    expect(reservedMinutes(12, () => ({ 'ns/a': 0 }))[0]).to.equal(MAX_BYPASS_MS / MINUTE);
  });

  it('last as long as nodes become free for the job', () => {
    const held = reservedMinutes(300, (minute) => ({ 'ns/a': Math.floor(minute / 8) }));
    expect(held).to.have.length(295);
  });

  it('of a job that never gets a node leave the nodes to others for at least half of the time', () => {
    const held = reservedMinutes(24 * 60, () => ({ 'ns/a': 5 }));
    expect(held.length).to.be.within(24 * 60 * 0.2, 24 * 60 * 0.55);
    expect(held.slice(0, 11)).to.deep.equal([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  });

  it('wait longer for a job each time, so that it outlasts jobs that run for hours', () => {
    const held = reservedMinutes(24 * 60, () => ({ 'ns/a': 5 }));
    let [run, longest] = [0, 0];
    for (const [index, minute] of held.entries()) {
      run = minute - 1 === held[index - 1] ? run + 1 : 1;
      longest = Math.max(longest, run);
    }
    expect(longest).to.be.at.least(2 * 60);
  });

  it('gain a namespace nothing by another job each time, or by many', () => {
    const again = reservedMinutes(24 * 60, (minute) => ({ [`ns/job-${Math.floor(minute / 9)}`]: 5 }));
    const many = reservedMinutes(24 * 60, () =>
      Object.fromEntries(Array.from({ length: 50 }, (_, job) => [`ns/job-${job}`, 5])),
    );
    for (const held of [again, many]) expect(held.length).to.be.at.most(24 * 60 * 0.6);
  });

  it('of one namespace are not paused for what another one does', () => {
    const reservations = new Reservations();
    for (const key of ['a/x', 'b/x']) reservations.bypass(key, 0);
    reservations.observe(new Map([['a/x', 0]]), MAX_BYPASS_MS);
    reservations.observe(new Map([['a/x', 0]]), MAX_BYPASS_MS + STALL_TIMEOUT_MS);
    expect(reservations.mayReserve('a/x', MAX_BYPASS_MS + STALL_TIMEOUT_MS)).to.equal(false);
    expect(reservations.mayReserve('b/x', MAX_BYPASS_MS + STALL_TIMEOUT_MS)).to.equal(true);
  });

  it('always say when to look again while something is to change by itself', () => {
    const steps = fc.array(fc.record({ ms: fc.nat(20 * MINUTE), ready: fc.nat(3), job: fc.constantFrom('a', 'b') }));
    fc.assert(
      fc.property(steps, (history) => {
        const reservations = new Reservations();
        let now = 0;
        for (const { ms, ready, job } of history) {
          now += ms;
          const key = `ns/${job}`;
          const may = reservations.mayReserve(key, now);
          reservations.bypass(key, now);
          const next = reservations.observe(may ? new Map([[key, ready]]) : new Map(), now);
          // Either it has something reserved, or the time comes at which it may.
          expect(next, 'some time').to.be.a('number');
          expect(next).to.be.at.least(0);
        }
      }),
    );
  });
});
