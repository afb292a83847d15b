import { Agent } from 'node:http';
import { expect } from 'chai';
import type { SummaryAnswer, SummaryRequest } from '../../../../../reconciler/peer-group/collect/fetch-summary.ts';
import { Reporter } from '../../../../../reconciler/peer-group/collect/reporter.ts';
import { FakeClock } from '../../../../support/fake-clock.ts';
import { down, summary } from '../connectivity/support.ts';

const UNCHANGED: SummaryAnswer = { type: 'Unchanged' };
const NONE: SummaryAnswer = { type: 'None' };
const report = (differs = {}): SummaryAnswer => ({
  type: 'Report',
  summary: summary(3, [], differs),
  etag: '"a"',
  bytes: 500,
  readMs: 0,
});

/** A reporter whose peer gives these answers one after the other, and then none for ever. */
class Scene {
  readonly requests: SummaryRequest[] = [];
  readonly reporter: Reporter;
  changes = 0;
  latencies = 0;
  readonly clock = new FakeClock();
  waitSeconds = 30;
  restMs = 0;
  mayKeep = true;

  constructor(answers: readonly SummaryAnswer[]) {
    const left = [...answers];
    const agent = { http: new Agent() };
    this.reporter = new Reporter({
      address: '10.0.0.1',
      agent: () => agent,
      fetch: (request) => {
        this.requests.push(request);
        const answer = left.shift();
        return answer === undefined ? new Promise(() => {}) : Promise.resolve(answer);
      },
      waitSeconds: () => this.waitSeconds,
      periodMs: () => 10,
      inTurn: (request) => request(),
      share: { spend: () => this.restMs, tryKeep: () => this.mayKeep, close: () => {} },
      now: this.clock.now,
      timers: this.clock,
      onChange: () => this.changes++,
      onLatency: () => this.latencies++,
    });
  }

  /** Lets time pass until the peer was asked so many times. @returns how many milliseconds that took */
  async asked(times: number): Promise<number> {
    const from = this.clock.now();
    await this.clock.advance(0);
    while (this.requests.length < times) await this.clock.advance(this.clock.nextMs!);
    this.reporter.close();
    return this.clock.now() - from;
  }
}

describe('following the reports of a pod', () => {
  it('asks at once, and then waits for a change of what it has', async () => {
    const scene = new Scene([report()]);
    await scene.asked(2);
    expect(scene.requests.map(({ etag, waitSeconds }) => [etag, waitSeconds])).to.deep.equal([
      [undefined, 0],
      ['"a"', 30],
    ]);
    expect([scene.changes, scene.reporter.isFresh]).to.deep.equal([1, true]);
  });

  it('fetches latencies, which are no change to the peer, after a wait without one', async () => {
    const scene = new Scene([report(), UNCHANGED, report({ latency: [[3, 5]] })]);
    await scene.asked(4);
    expect(scene.requests[2]).to.include({ waitSeconds: 0 }).and.have.property('etag', undefined);
    expect([scene.changes, scene.latencies]).to.deep.equal([1, 1]);
  });

  it('tells of a link that changed', async () => {
    const scene = new Scene([
      report(),
      { type: 'Report', summary: summary(3, [down('web-1')]), etag: '"b"', bytes: 500, readMs: 0 },
    ]);
    await scene.asked(3);
    expect(scene.changes).to.equal(2);
    expect(scene.reporter.summary?.notUp).to.have.length(1);
  });

  it('believes a report for a while after the pod falls silent, and no longer', async () => {
    const scene = new Scene([report(), NONE, NONE]);
    await scene.asked(2);
    expect(scene.reporter.isFresh).to.equal(true);

    const silent = new Scene([report(), NONE]);
    await silent.clock.advance(0);
    expect(silent.reporter.isFresh).to.equal(true);
    silent.clock.standStill(41_000);
    await silent.asked(3);
    expect([silent.reporter.isFresh, silent.changes]).to.deep.equal([false, 2]);
    expect(silent.reporter.summary).not.to.equal(undefined);
  });

  it('asks ever more seldom while there is no answer', async () => {
    const scene = new Scene([NONE, NONE, NONE]);
    expect(await scene.asked(4)).to.equal(150 + 300 + 600);
  });

  it('keeps its own pace, whatever and however fast the pod answers', async () => {
    for (const answer of [UNCHANGED, report()]) {
      const scene = new Scene(Array.from({ length: 1_000 }, () => answer));
      await scene.clock.advance(60_000);
      scene.reporter.close();
      expect(scene.requests.length).to.be.within(60, 8 + 60);
    }
  });

  it('leaves the pod alone when reading its namespace costs too much, and drops what there is no room for', async () => {
    const scene = new Scene([report(), report()]);
    scene.restMs = 60_000;
    scene.mayKeep = false;
    await scene.clock.advance(59_999);
    expect(scene.requests).to.have.length(1);
    await scene.asked(2);
    expect([scene.reporter.summary, scene.changes]).to.deep.equal([undefined, 0]);
  });

  it('comes by in turn where there are too many pods to wait on', async () => {
    const scene = new Scene([report(), report()]);
    scene.waitSeconds = 0;
    await scene.asked(3);
    expect(scene.requests.map(({ waitSeconds }) => waitSeconds)).to.deep.equal([0, 0, 0]);
  });
});
