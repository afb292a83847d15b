import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import type { Ping } from '../../../server/pinger.ts';
import { peerAt, sendPing } from '../../support/server/pings.ts';

/** Answers a ping after so many milliseconds, and stays so while this thread stands still. */
const PEER = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  const server = createServer((_, response) => setTimeout(() => response.end('pong\\n'), workerData));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;
const TIMEOUT_MS = 400;

describe('a ping', function () {
  this.timeout(20_000);
  const workers: Worker[] = [];

  afterEach(() => Promise.all(workers.splice(0).map((worker) => worker.terminate())));

  async function ping(answersAfterMs: number): Promise<Ping> {
    const worker = new Worker(PEER, { eval: true, workerData: answersAfterMs });
    workers.push(worker);
    const [port] = await once(worker, 'message');
    return sendPing(peerAt(port), { timeoutMs: TIMEOUT_MS });
  }

  it('fails when nobody answers in time', async () => {
    const { result } = await ping(2 * TIMEOUT_MS);
    expect(await result).to.include({ kind: 'failure', code: 'TIMEOUT', reason: 'no answer within 400 ms' });
  });

  it('gets as much longer as its own process was held up, though that be in time at the end', async () => {
    const { result } = await ping(TIMEOUT_MS / 2);
    // The request goes out when this ends, the answer comes when the time is up.
    standStill(0.9 * TIMEOUT_MS);
    expect(await result).to.include({ kind: 'reply', status: 200 });
  });

  it('gets that once, whatever else holds it up', async () => {
    const { result } = await ping(10 * TIMEOUT_MS);
    const standing = setInterval(() => standStill(0.5 * TIMEOUT_MS), 1);
    const { kind, ms } = await result;
    clearInterval(standing);
    expect(kind).to.equal('failure');
    expect(ms).to.be.lessThan(3 * TIMEOUT_MS);
  });
});

/** Keeps this thread from doing anything else. */
function standStill(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
