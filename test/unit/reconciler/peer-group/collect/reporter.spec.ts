import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { BriefAnswer, BriefRequest } from '../../../../../reconciler/peer-group/collect/fetch-summary.ts';
import { Reporter } from '../../../../../reconciler/peer-group/collect/reporter.ts';
import { eventually } from '../../../../support/eventually.ts';
import { brief, down } from '../connectivity/support.ts';

const UNCHANGED: BriefAnswer = { type: 'Unchanged' };
const NONE: BriefAnswer = { type: 'None' };
const report = (differs = {}): BriefAnswer => ({
  type: 'Report',
  brief: brief(3, [], differs),
  etag: '"a"',
  bytes: 500,
  readMs: 0,
});

/** A reporter whose peer gives these answers one after the other, and then none for ever. */
class Scene {
  readonly requests: BriefRequest[] = [];
  readonly reporter: Reporter;
  changes = 0;
  latencies = 0;
  now = 0;
  waitSeconds = 30;
  restMs = 0;
  mayKeep = true;

  constructor(answers: readonly BriefAnswer[]) {
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
      now: () => this.now,
      onChange: () => this.changes++,
      onLatency: () => this.latencies++,
    });
  }

  /** Waits until the peer was asked so many times. */
  async asked(times: number): Promise<void> {
    await eventually(() => expect(this.requests).to.have.length(times), 5_000);
    this.reporter.close();
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
      { type: 'Report', brief: brief(3, [down('web-1')]), etag: '"b"', bytes: 500, readMs: 0 },
    ]);
    await scene.asked(3);
    expect(scene.changes).to.equal(2);
    expect(scene.reporter.brief?.notUp).to.have.length(1);
  });

  it('believes a report for a while after the pod falls silent, and no longer', async () => {
    const scene = new Scene([report(), NONE, NONE]);
    await scene.asked(2);
    expect(scene.reporter.isFresh).to.equal(true);

    const silent = new Scene([report(), NONE]);
    await eventually(() => expect(silent.reporter.isFresh).to.equal(true));
    silent.now = 41_000;
    await silent.asked(3);
    expect([silent.reporter.isFresh, silent.changes]).to.deep.equal([false, 2]);
    expect(silent.reporter.brief).not.to.equal(undefined);
  });

  it('asks ever more seldom while there is no answer', async () => {
    const scene = new Scene([NONE, NONE, NONE]);
    const started = performance.now();
    await scene.asked(4);
    expect(performance.now() - started).to.be.at.least(150 + 300 + 600 - 20);
  });

  it('keeps its own pace, whatever and however fast the pod answers', async () => {
    for (const answer of [UNCHANGED, report()]) {
      const scene = new Scene(Array.from({ length: 1_000 }, () => answer));
      await eventually(() => expect(scene.requests.length).to.be.at.least(8), 5_000);
      // Its clock stands still: there is nothing more to spend.
      await sleep(300);
      scene.reporter.close();
      expect(scene.requests.length).to.be.at.most(9);
    }
  });

  it('leaves the pod alone when reading its namespace costs too much, and drops what there is no room for', async () => {
    const scene = new Scene([report(), report()]);
    scene.restMs = 60_000;
    scene.mayKeep = false;
    await sleep(200);
    await scene.asked(1);
    expect([scene.reporter.brief, scene.changes]).to.deep.equal([undefined, 0]);
  });

  it('comes by in turn where there are too many pods to wait on', async () => {
    const scene = new Scene([report(), report()]);
    scene.waitSeconds = 0;
    await scene.asked(3);
    expect(scene.requests.map(({ waitSeconds }) => waitSeconds)).to.deep.equal([0, 0, 0]);
  });
});
