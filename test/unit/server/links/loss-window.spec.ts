import { expect } from 'chai';
import { type LinkState, newLinkState, stepLink } from '../../../../server/links/link-state.ts';
import { isLossy, LossWindow, lossPercent } from '../../../../server/links/loss-window.ts';

const THRESHOLD = 25;

/** A link that gets one outcome a second: true is a reply. */
function run(replies: readonly boolean[], stepMs = 1_000): { states: LinkState[]; window: LossWindow; now: number } {
  const window = new LossWindow();
  let state = newLinkState(0);
  let now = 0;
  const states = replies.map((reply) => {
    now += stepMs;
    window.add(reply ? 0 : state.failures + 1, now);
    const lossy = isLossy(window.counts(now), state.lossy, THRESHOLD);
    state = stepLink(state, reply ? 'ok' : 'failed', now, stepMs, lossy).state;
    return state;
  });
  return { states, window, now };
}

const times = (n: number, ...pattern: boolean[]) => Array.from({ length: n }, () => pattern).flat();

describe('loss of a link', () => {
  it('is Down when every second ping is lost, from the twentieth ping on, and stays so', () => {
    const { states } = run(times(200, true, false));
    expect(states.slice(0, 19).map(({ status }) => status)).to.not.include('Down');
    expect(new Set(states.slice(19).map(({ status }) => status))).to.deep.equal(new Set(['Down']));
  });

  it('is Up when every fifth ping is lost, and says how many are', () => {
    const { states, window, now } = run(times(60, true, true, true, true, false));
    expect(new Set(states.map(({ status }) => status))).to.deep.equal(new Set(['Up']));
    expect(lossPercent(window.counts(now))).to.equal(20);
  });

  it('does not change its state with every ping when the loss is at the threshold', () => {
    const { states } = run(times(300, true, true, true, false));
    const changes = states.filter(({ status }, i) => i > 0 && status !== states[i - 1]?.status);
    expect(changes.length).to.be.at.most(1);
  });

  it('is Up within one reply after an outage of three minutes, which is no loss', () => {
    const { states, window, now } = run([...times(100, true), ...times(180, false), true]);
    expect(states.at(-2)?.status).to.equal('Down');
    expect(states.at(-1)?.status).to.equal('Up');
    expect(lossPercent(window.counts(now))).to.equal(64);
  });

  it('is Up again within six minutes once nothing is lost any more', () => {
    const { states } = run([...times(100, true, false), ...times(360, true)]);
    expect(states[199]?.status).to.equal('Down');
    expect(states.at(-1)?.status).to.equal('Up');
  });

  it('is never judged by fewer than twenty pings in five minutes', () => {
    const { states } = run(times(50, true, false), 60_000);
    expect(states.map(({ status }) => status)).to.not.include('Down');
  });

  it('counts no more than the last six minutes', () => {
    const { window, now } = run([...times(50, false), ...times(400, true)]);
    expect(lossPercent(window.counts(now))).to.equal(0);
    expect(lossPercent(window.counts(now + 600_000))).to.equal(undefined);
  });
});
