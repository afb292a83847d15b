import { expect } from 'chai';
import fc from 'fast-check';
import { evaluateLinks, MAX_PLANNED_MS } from '../../../../../reconciler/peer-group/connectivity/evaluate-links.ts';
import type { PodState, TargetState } from '../../../../../reconciler/peer-group/connectivity/input.ts';
import { DNS_TTL_MS, down, mesh, NOW, peer, pod } from './support.ts';

/** Three peers; web-0 says that web-1 is Down, whose pod differs as given. */
function web1Differs(differs: Partial<PodState>, since = NOW - 20_000) {
  const entry = down('web-1', { since: new Date(since).toISOString() });
  return evaluateLinks(
    mesh({ 'web-0': peer(2, [entry]), 'web-1': peer(2, [], { pod: pod(differs) }), 'web-2': peer(2) }),
  );
}

describe('evaluateLinks', () => {
  it('counts every link of the topology, and what is pinged besides', () => {
    const { links, up } = evaluateLinks(mesh({ 'web-0': peer(3), 'web-1': peer(3), 'web-2': peer(3) }, ['gw']));
    expect([links, up]).to.deep.equal([9, 9]);
  });

  it('names exactly the link that is Down, in the direction in which it is', () => {
    const { failing, up } = web1Differs({});
    expect(up).to.equal(5);
    expect(failing).to.deep.equal([
      { from: 'web-0', to: 'web-1', since: NOW - 20_000, reason: 'connection timed out (tcp, TIMEOUT)' },
    ]);
  });

  it('lists the oldest failure first', () => {
    const older = down('web-0', { since: new Date(NOW - 60_000).toISOString() });
    const { failing } = evaluateLinks(mesh({ 'web-0': peer(1, [down('web-1')]), 'web-1': peer(1, [older]) }));
    expect(failing.map(({ from }) => from)).to.deep.equal(['web-1', 'web-0']);
  });

  const planned: Readonly<Record<string, Partial<PodState>>> = {
    Terminating: { terminating: true },
    Starting: { ready: false, hasBeenReady: false },
    Rollout: { tls: 'Mutual' },
    StaleAddress: { readySince: NOW - DNS_TTL_MS + 1 },
    Cordoned: { node: { ready: true, cordoned: true, leaving: false } },
  };
  for (const [reason, differs] of Object.entries(planned)) {
    it(`takes a link to a pod for planned that is ${reason}`, () => {
      const { failing, planned, plannedReasons } = web1Differs(differs);
      expect({ failing, planned, plannedReasons }).to.deep.equal({ failing: [], planned: 1, plannedReasons: [reason] });
    });
  }

  const unplanned: Readonly<Record<string, Partial<PodState>>> = {
    NodeFailed: { node: { ready: false, cordoned: true, leaving: false }, terminating: true },
    NotReady: { ready: false },
  };
  for (const [reason, differs] of Object.entries(unplanned)) {
    it(`gives ${reason} as the reason of a failure`, () => {
      expect(web1Differs(differs).failing[0]?.reason).to.equal(`${reason}: connection timed out (tcp, TIMEOUT)`);
    });
  }

  it('counts a link from its first reply, however new the pod is', () => {
    const readySince = NOW - DNS_TTL_MS + 1;
    const judged = (lastReply: number) => {
      const entry = down('web-1', { lastReply: new Date(lastReply).toISOString() });
      const young = peer(1, [], { pod: pod({ readySince }) });
      return evaluateLinks(mesh({ 'web-0': peer(1, [entry]), 'web-1': young })).failing.length;
    };
    expect(judged(readySince + 1)).to.equal(1);
    expect(judged(readySince - 1), 'of its predecessor').to.equal(0);
  });

  it('takes a pod that is missing for one that will come', () => {
    const missing = peer(2, [], { pod: undefined, summary: undefined, fresh: false });
    const { plannedReasons, silent } = evaluateLinks(mesh({ 'web-0': peer(1, [down('web-1')]), 'web-1': missing }));
    expect([plannedReasons, silent]).to.deep.equal([['Starting'], []]);
  });

  it('believes no excuse for longer than five minutes', () => {
    const { failing } = web1Differs({ ready: false, hasBeenReady: false }, NOW - MAX_PLANNED_MS);
    expect(failing[0]?.reason).to.match(/^Starting: /);
  });

  it('believes a cordon for ever', () => {
    const differs = { node: { ready: true, cordoned: true, leaving: false } };
    expect(web1Differs(differs, NOW - 10 * MAX_PLANNED_MS).failing).to.deep.equal([]);
  });

  it('takes a node for planned that is being removed and stops, and one that stops without that for failed', () => {
    const stopped = (leaving: boolean) => web1Differs({ node: { ready: false, cordoned: true, leaving } });
    expect(stopped(true)).to.deep.include({ failing: [], plannedReasons: ['NodeLeaving'] });
    expect(stopped(false).failing[0]?.reason).to.match(/^NodeFailed: /);
  });

  describe('of a link to another group', () => {
    const HOUR = 3_600_000;
    const judged = (target: TargetState, since = NOW - HOUR) => {
      const entry = down('back', { since: new Date(since).toISOString() });
      return evaluateLinks({
        ...mesh({ 'web-0': peer(1, [entry]) }, ['back']),
        targets: new Map([['back', target]]),
      });
    };

    it('takes one that is scaled to zero for planned, for ever', () => {
      expect(judged({ pods: [], isScaledToZero: true })).to.deep.include({
        failing: [],
        plannedReasons: ['ScaledToZero'],
      });
      expect(judged({ pods: [], isScaledToZero: false }).failing).to.have.length(1);
    });

    it('waits for the first pod after that, though the link has not worked for long', () => {
      const starting = pod({ ready: false, hasBeenReady: false, readySince: NOW - 10_000 });
      expect(judged({ pods: [starting], isScaledToZero: false }).plannedReasons).to.deep.equal(['Starting']);
      const stuck = pod({ ready: false, hasBeenReady: false, readySince: NOW - HOUR });
      expect(judged({ pods: [stuck], isScaledToZero: false }).failing).to.have.length(1);
    });

    it('takes a pod that is being replaced for planned, unless another could answer', () => {
      const leaving = pod({ terminating: true });
      const since = NOW - 10_000;
      expect(judged({ pods: [leaving], isScaledToZero: false }, since).failing).to.deep.equal([]);
      expect(judged({ pods: [leaving, pod()], isScaledToZero: false }, since).failing).to.have.length(1);
    });

    it('is not confused by TLS, which each group has as it likes', () => {
      expect(judged({ pods: [pod({ tls: 'Mutual' })], isScaledToZero: false }).failing).to.have.length(1);
    });
  });

  it('says when an excuse ends', () => {
    expect(web1Differs({ terminating: true }, NOW - 20_000).recheckAt).to.equal(NOW - 20_000 + MAX_PLANNED_MS);
    expect(web1Differs({}).recheckAt).to.equal(undefined);
  });

  it('takes a container that crashed for no rollout', () => {
    const differs = { readySince: NOW - 1_000, hasRestarted: true };
    expect(web1Differs(differs).failing).to.have.length(1);
  });

  it('counts a link that was never answered neither as up nor as failing', () => {
    const pending = down('web-1', { state: 'Pending' });
    const { up, failing } = evaluateLinks(mesh({ 'web-0': peer(1, [pending]), 'web-1': peer(1) }));
    expect([up, failing]).to.deep.equal([1, []]);
  });

  it('counts a link to a peer that drains as up: it answers', () => {
    const draining = down('web-1', { state: 'Up', draining: true });
    expect(evaluateLinks(mesh({ 'web-0': peer(1, [draining]), 'web-1': peer(1) })).up).to.equal(2);
  });

  it('judges links by a report about a former config too, but not those that are no longer asked for', () => {
    const behind = peer(2, [down('web-1'), down('gone')], { current: false });
    const { up, failing } = evaluateLinks(mesh({ 'web-0': behind, 'web-1': peer(2), 'web-2': peer(2) }));
    expect(failing.map(({ to }) => to)).to.deep.equal(['web-1']);
    expect(up).to.equal(4);
  });

  it('takes links that a former config lacks for a planned change, for five minutes and during a rollout', () => {
    const behind = (outdatedSince: number) => peer(1, [], { current: false, outdatedSince });
    const result = (outdatedSince: number, rollingOut = false) => {
      const input = mesh({ 'web-0': behind(outdatedSince), 'web-1': peer(2), 'web-2': peer(2) });
      const { planned, plannedReasons, late, outdated } = evaluateLinks({ ...input, rollingOut });
      return { planned, plannedReasons, late, outdated };
    };
    const expected = { planned: 1, plannedReasons: ['ConfigChange'], late: [], outdated: 1 };
    expect(result(NOW - 20_000)).to.deep.equal(expected);
    expect(result(NOW - MAX_PLANNED_MS)).to.deep.equal({
      planned: 0,
      plannedReasons: [],
      late: ['web-0'],
      outdated: 1,
    });
    expect(result(NOW - MAX_PLANNED_MS, true)).to.deep.equal(expected);
  });

  it('names the peers whose reports are stale', () => {
    const stale = peer(1, [], { fresh: false });
    expect(evaluateLinks(mesh({ 'web-0': peer(1), 'web-1': stale })).silent).to.deep.equal(['web-1']);
  });

  it('blames no other peer for a node that failed', () => {
    const dead = { pod: pod({ node: { ready: false, cordoned: false, leaving: false } }), fresh: false };
    const { failing, silent } = evaluateLinks(
      mesh({
        'web-0': peer(2, [down('web-2')]),
        'web-1': peer(2, [down('web-2')]),
        'web-2': peer(2, [], dead),
      }),
    );
    expect(failing.map(({ to }) => to)).to.deep.equal(['web-2', 'web-2']);
    expect(silent, 'which tells nothing itself').to.deep.equal(['web-2']);
  });

  it('takes the silence of a pod that is not ready for no planned change', () => {
    const wedged = { pod: pod({ ready: false }), summary: undefined, fresh: false };
    const { silent, planned } = evaluateLinks(mesh({ 'web-0': peer(1, [], wedged) }, ['gateway']));
    expect([silent, planned]).to.deep.equal([['web-0'], 0]);
  });

  it('waits for the first report of a pod that starts no longer than five minutes', () => {
    const startingFor = (ms: number) => {
      const starting = pod({ ready: false, hasBeenReady: false, readySince: NOW - ms });
      return evaluateLinks(
        mesh({ 'web-0': peer(1, [], { pod: starting, summary: undefined, fresh: false }) }, ['gateway']),
      );
    };
    expect(startingFor(MAX_PLANNED_MS - 1)).to.deep.include({
      silent: [],
      plannedReasons: ['Starting'],
      recheckAt: NOW + 1,
    });
    expect(startingFor(MAX_PLANNED_MS)).to.deep.include({ silent: ['web-0'], planned: 0 });
  });

  it('waits for a pod that is never made no longer than that', () => {
    const missingFor = (ms: number) => {
      const missing = { pod: undefined, absentSince: NOW - ms, summary: undefined, fresh: false };
      return evaluateLinks(mesh({ 'web-0': peer(1, [], missing) }, ['gateway']));
    };
    expect(missingFor(MAX_PLANNED_MS - 1)).to.deep.include({
      silent: [],
      plannedReasons: ['Starting'],
      recheckAt: NOW + 1,
    });
    expect(missingFor(MAX_PLANNED_MS)).to.deep.include({ silent: ['web-0'], planned: 0 });
  });

  it('never counts more than there is', () => {
    const state = fc.constantFrom('Up', 'Pending', 'Down', 'Unresolved');
    const anyPeer = fc.record({
      states: fc.array(state, { minLength: 3, maxLength: 3 }),
      fresh: fc.boolean(),
      current: fc.boolean(),
      terminating: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyPeer, { minLength: 4, maxLength: 4 }), (any) => {
        const names = ['a', 'b', 'c', 'd'];
        const peers = any.map(({ states, fresh, current, terminating }, i) => {
          const targets = names.filter((_, other) => other !== i);
          const notUp = targets.map((name, t) => down(name, { state: states[t] as 'Down' }));
          return peer(3, notUp, { fresh, current, pod: pod({ terminating }) });
        });
        const { links, up, failing, planned } = evaluateLinks(
          mesh(Object.fromEntries(peers.map((view, i) => [names[i]!, view]))),
        );
        expect(links).to.equal(12);
        expect(up + failing.length + planned).to.be.within(0, links);
      }),
    );
  });
});
