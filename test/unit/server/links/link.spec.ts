import { expect } from 'chai';
import { Link, type LinkContext } from '../../../../server/links/link.ts';
import type { LinkEvent } from '../../../../server/links/link-state.ts';
import type { PingResult } from '../../../../server/ping/ping-result.ts';
import { reportPeer } from '../../../../server/report/full-report.ts';
import { summarizeLinks } from '../../../../server/report/summarize.ts';
import { WallTime } from '../../../../server/time/wall-time.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { peerAt } from '../../../support/server/pings.ts';

const INTERVAL_MS = 1_000;
const REPLY: PingResult = { kind: 'reply', status: 200, body: 'pong\n', ms: 1, phases: {} };
const REFUSED: PingResult = {
  ...{ kind: 'failure', phase: 'tcp', code: 'ECONNREFUSED', reason: 'connection refused' },
  ...{ ms: 1, phases: {} },
};

/** A link to a peer that answers as a test says, with the clock in our hands. */
function linkWith(context: Partial<LinkContext> = {}) {
  const clock = new FakeClock();
  const peer = { result: REPLY };
  const events: LinkEvent[] = [];
  const link = new Link(peerAt(1), 0, {
    clock,
    pace: (_peer, _kept, task) => task(),
    send: () => ({ result: Promise.resolve(peer.result), socket: undefined, cancel: () => {} }),
    closeIdle: () => {},
    intervalMs: () => INTERVAL_MS,
    lossThreshold: () => 100,
    linkCount: () => 1,
    onSent: () => {},
    onMissed: () => {},
    onResult: (_link, _result, _outcome, event) => events.push(event),
    ...context,
  });
  return { link, clock, peer, events, time: new WallTime(clock) };
}

describe('link', () => {
  it('has one ping at a time, though it is rescheduled while that waits for its turn', async () => {
    const turns: (() => void)[] = [];
    let sent = 0;
    const { link, clock } = linkWith({
      pace: (_peer, _kept, task) => turns.push(task),
      send: () => {
        sent++;
        return { result: new Promise(() => {}), socket: undefined, cancel: () => {} };
      },
    });
    await clock.advance(0);
    link.reschedule();
    await clock.advance(3 * INTERVAL_MS);
    expect(turns).to.have.length(1);
    for (const turn of turns) turn();
    expect(sent).to.be.at.most(1);
    link.stop();
  });

  it('is sent nothing by a process that comes to its slot too late, which counts it', async () => {
    const missed: number[] = [];
    let sent = 0;
    const { link, clock } = linkWith({
      onMissed: (lateMs) => missed.push(lateMs),
      onSent: () => sent++,
    });
    await clock.advance(0);
    clock.standStill(INTERVAL_MS + 600);
    await clock.advance(0);
    expect({ sent, missed: missed.length }).to.deep.equal({ sent: 1, missed: 1 });
    await clock.advance(2 * INTERVAL_MS);
    expect(sent).to.be.within(2, 3);
    link.stop();
  });

  for (const jump of [-3_600_000, 3_600_000]) {
    it(`has outages of their true length, though the wall clock is set by ${jump / 60_000} minutes meanwhile`, async () => {
      const { link, clock, peer, events, time } = linkWith();
      await clock.advance(0);
      peer.result = REFUSED;
      await clock.advance(4 * INTERVAL_MS);
      expect(link.state.status).to.equal('Down');
      const before = Date.parse(reportPeer(link, clock.now(), time).since);
      const downFor = clock.wallNow() - before;
      clock.wallOffset += jump;
      // What is shown follows the clock: the age of the state is what it was.
      expect(clock.wallNow() - Date.parse(reportPeer(link, clock.now(), time).since)).to.equal(downFor);
      const [notUp] = summarizeLinks([link], clock.now(), time).notUp;
      expect(clock.wallNow() - Date.parse(notUp!.since)).to.be.within(downFor, 4 * INTERVAL_MS);
      peer.result = REPLY;
      await clock.advance(4 * INTERVAL_MS);
      const up = events.find((event) => event.type === 'up');
      expect(up?.outageMs).to.be.within(3 * INTERVAL_MS, 8 * INTERVAL_MS);
      link.stop();
    });
  }

  it('finds a peer that starts within seconds, whatever the interval, and takes its start for no failure', async () => {
    const { link, clock, peer, events } = linkWith({ intervalMs: () => 24 * 3_600_000 });
    peer.result = REFUSED;
    await clock.advance(30_000);
    peer.result = REPLY;
    await clock.advance(2_500);
    expect(events.map(({ type }) => type).filter((type) => type !== 'none')).to.deep.equal(['waiting', 'first-reply']);
    expect(link).to.include({ ok: 1, failed: 0 });
    link.stop();
  });

  it('goes on to look for a peer that does not start, some thousand times a day, and calls it Down after a minute', async () => {
    let sent = 0;
    const { link, clock, peer } = linkWith({ intervalMs: () => 24 * 3_600_000, onSent: () => sent++ });
    peer.result = REFUSED;
    await clock.advance(80_000);
    expect(link.state.status).to.equal('Down');
    sent = 0;
    await clock.advance(3_600_000);
    expect(sent).to.be.within(600, 800);
    link.stop();
  });

  it('comes back to its interval once it has worked', async () => {
    let sent = 0;
    const { link, clock } = linkWith({ intervalMs: () => 600_000, onSent: () => sent++ });
    await clock.advance(3_600_000);
    expect(sent).to.be.within(5, 7);
    link.stop();
  });

  it('that loses every second ping is Down, and its report says how much it loses but is not new with each ping', async () => {
    const { link, clock, peer, time } = linkWith({ lossThreshold: () => 25 });
    for (let i = 0; i < 60; i++) {
      peer.result = i % 2 ? REFUSED : REPLY;
      await clock.advance(INTERVAL_MS);
    }
    const report = () => summarizeLinks([link], clock.now(), time);
    const { counts, notUp, worst } = report();
    expect(counts).to.deep.include({ up: 0, down: 1 });
    expect(notUp[0]).to.include({ state: 'Down', code: 'LOSS' });
    expect(worst?.lossPercent).to.be.within(45, 55);
    peer.result = REPLY;
    await clock.advance(INTERVAL_MS);
    const { lastReply: _, ...later } = report().notUp[0]!;
    const { lastReply: __, ...before } = notUp[0]!;
    expect(later).to.deep.equal(before);
    link.stop();
  });
});
