import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SummaryReport } from '../../server/protocol/summary-report.ts';
import type { SimulatedPeer } from './simulated-peers.ts';

/** Links whose descriptions have nearly a mebibyte of JSON, which is as much as is read of a pod. */
const LARGE = 4_400;

/** What a tenant's pods can do to whoever reads their reports, by the name of the group whose pods do it. */
export const HOSTILE_REPORTERS: Readonly<Record<string, (peer: SimulatedPeer) => void>> = {
  /** Says at once that nothing has changed, however long it may wait. */
  same: (peer) => {
    peer.instead = (_, response) => response.writeHead(304).end();
  },
  /** A link comes and goes with every request. */
  flaps: (peer) => {
    let isDown = false;
    changeAtEveryRequest(peer, (report) => {
      isDown = !isDown;
      return isDown ? withLinksDown(report, 1) : report;
    });
  },
  /** Another report of nearly a mebibyte at every request. */
  large: (peer) => changeAtEveryRequest(peer, (report) => withLinksDown(report, LARGE)),
};

/** Takes the connection and never answers. */
export function fallSilent(peer: SimulatedPeer): void {
  peer.instead = () => {};
}

function changeAtEveryRequest(peer: SimulatedPeer, lie: SimulatedPeer['lie']): void {
  peer.lie = (report) => {
    void nextTurn().then(() => peer.changes.change());
    return lie(report);
  };
}

function withLinksDown(report: SummaryReport, links: number): SummaryReport {
  const since = new Date().toISOString();
  const down = {
    state: 'Down',
    draining: false,
    since,
    phase: 'tcp',
    code: 'TIMEOUT',
    reason: 'x'.repeat(80),
  } as const;
  const [, group, index] = /^(.*)-(\d+)$/.exec(report.name) ?? [];
  // The next pods of its group first: links that there are.
  const notUp = Array.from({ length: links }, (_, n) => ({
    ...down,
    peer: `${group}-${(Number(index) + 1 + n) % (links + 1)}`,
  }));
  return { ...report, counts: { ...report.counts, links, up: 0, down: links }, notUp };
}
