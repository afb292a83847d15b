import { expect } from 'chai';
import { outcomeOfFirstContact, retryAt } from '../../../../server/links/first-contact.ts';
import { newLinkState, stepLink } from '../../../../server/links/link-state.ts';
import type { Failure, Phase } from '../../../../server/ping/ping-result.ts';

const NEW = newLinkState(0);
const MEMBER = { kind: 'member' } as const;
const EXTERNAL = { kind: 'external' } as const;
const SECOND = 1_000;

function failure(phase: Phase): Failure {
  return { kind: 'failure', phase, code: 'ANY', reason: 'any', ms: 1, phases: {} };
}

describe('first contact', () => {
  for (const phase of ['dns', 'tcp'] as const) {
    it(`takes a failure in phase ${phase} for a peer that has not started yet`, () => {
      expect(outcomeOfFirstContact('failed', failure(phase), EXTERNAL, NEW, 59 * SECOND)).to.equal('starting');
      expect(outcomeOfFirstContact('failed', failure(phase), EXTERNAL, NEW, 60 * SECOND)).to.equal('failed');
    });
  }

  it('waits longer for a member whose pod has no address yet', () => {
    expect(outcomeOfFirstContact('failed', failure('dns'), MEMBER, NEW, 299 * SECOND)).to.equal('starting');
    expect(outcomeOfFirstContact('failed', failure('tcp'), MEMBER, NEW, 299 * SECOND)).to.equal('failed');
  });

  it('waits for the name of a target that must be unreachable, too', () => {
    expect(outcomeOfFirstContact('unresolved', failure('dns'), EXTERNAL, NEW, SECOND)).to.equal('starting');
  });

  for (const phase of ['tls', 'firstByte', 'response'] as const) {
    it(`fails at once in phase ${phase}: the peer has started`, () => {
      expect(outcomeOfFirstContact('failed', failure(phase), MEMBER, NEW, SECOND)).to.equal('failed');
    });
  }

  it('fails at once on a link that has worked before', () => {
    const { state } = stepLink(NEW, 'ok', 1, SECOND);
    expect(outcomeOfFirstContact('failed', failure('tcp'), MEMBER, state, SECOND)).to.equal('failed');
  });

  it('counts no failure and says once that it waits', () => {
    const first = stepLink(NEW, 'starting', 1, SECOND);
    const second = stepLink(first.state, 'starting', 2, SECOND);
    expect([first.event.type, second.event.type]).to.deep.equal(['waiting', 'none']);
    expect(second.state).to.deep.include({ status: 'Pending', failures: 0 });
    expect(stepLink(second.state, 'ok', 3, SECOND).event.type).to.equal('first-reply');
  });

  it('tries again within seconds, at first sooner than later', () => {
    expect(retryAt(10_000, 10_010, SECOND, 3)).to.equal(12_000);
    expect(retryAt(10_000, 10_010, 100 * SECOND, 3)).to.equal(15_000);
  });

  it('pauses after a ping that took as long as its timeout', () => {
    expect(retryAt(10_000, 15_000, SECOND, 3)).to.equal(16_000);
  });

  it('sends at most 200 pings a second, however many links there are', () => {
    const everyMs = retryAt(0, 0, SECOND, 20_000);
    expect(20_000 / (everyMs / SECOND)).to.be.at.most(200);
  });
});
