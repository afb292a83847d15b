import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Peer } from '../../../server/config/config.ts';
import { Link } from '../../../server/link.ts';

const INTERVAL_MS = 20;
const peer: Peer = {
  ...{ name: 'web-1', kind: 'member', protocol: 'http', host: '127.0.0.1', port: 1, path: '/ping' },
  ...{ url: 'http://127.0.0.1:1/ping', expect: 'Reachable' },
};

describe('link', () => {
  it('has one ping at a time, though it is rescheduled while that waits for its turn', async () => {
    const turns: (() => void)[] = [];
    let sent = 0;
    const link = new Link(peer, 0, {
      pace: (_peer, _kept, task) => turns.push(task),
      send: () => {
        sent++;
        return { result: new Promise(() => {}), socket: undefined, cancel: () => {} };
      },
      closeIdle: () => {},
      intervalMs: () => INTERVAL_MS,
      lossThreshold: () => 25,
      linkCount: () => 1,
      onSent: () => {},
      onMissed: () => {},
      onResult: () => {},
    });
    while (turns.length === 0) await sleep(1);
    link.reschedule();
    await sleep(3 * INTERVAL_MS);
    expect(turns).to.have.length(1);
    for (const turn of turns) turn();
    expect(sent).to.be.at.most(1);
    link.stop();
  });
});
