/** Connected says True only of what is proved: over random reports, with an oracle that knows which of them were made up. */
import { expect } from 'chai';
import fc from 'fast-check';
import { connectivity as schema } from '../../../../../constructs/crds/peer-group/connectivity.ts';
import type { ConnectivityInput, PeerState } from '../../../../../reconciler/peer-group/connectivity/input.ts';
import { observeConnectivity } from '../../../../../reconciler/peer-group/connectivity/observe-connectivity.ts';
import type { Condition } from '../../../../../reconciler/runtime/conditions.ts';
import { selectPeers } from '../../../../../server/protocol/peer-selection.ts';
import type { LinkNotUp, SummaryReport } from '../../../../../server/protocol/summary-report.ts';
import { DNS_TTL_MS, down, NOW, peer, pod, summary } from './support.ts';

const GENERATION = 3;

/** Ways in which a report is no proof. Each makes a false one of any honest one. */
const FALSIFICATIONS: Readonly<Record<string, (view: PeerState) => PeerState>> = {
  'one link twice': (view) => edited(view, ({ notUp }) => ({ notUp: [...notUp, down('twice'), down('twice')] })),
  'a link that nobody asked for': (view) =>
    edited(view, ({ notUp, counts }) => ({
      notUp: [...notUp, down('http1-0.http1.demo.svc:8080')],
      counts: { ...counts, links: counts.links + 1, down: counts.down + 1 },
    })),
  'a link that nobody asked for instead of one of its own': (view) =>
    edited(view, ({ notUp, counts }) => ({
      notUp: [...notUp, down('other')],
      counts: { ...counts, up: counts.up - 1, down: counts.down + 1 },
    })),
  'fewer links than asked for': (view) =>
    edited(view, ({ counts }) => ({ counts: { ...counts, links: counts.links - 1, up: counts.up - 1 } })),
  'more links than asked for': (view) =>
    edited(view, ({ counts }) => ({ counts: { ...counts, links: counts.links + 5, up: counts.up + 5 } })),
  'a failure that it counts and does not list': (view) =>
    edited(view, ({ counts }) => ({ counts: { ...counts, up: counts.up - 1, down: counts.down + 1 } })),
  'a sum that is none': (view) => edited(view, ({ counts }) => ({ counts: { ...counts, up: counts.up + 1 } })),
  'the name of another': (view) => edited(view, () => ({ name: 'somebody' })),
  'an age that is too high': (view) => ({ ...view, fresh: false }),
  'a former config': (view) => ({ ...view, current: false, outdatedSince: NOW - 1_000 }),
  'a former config for too long': (view) => ({ ...view, current: false, outdatedSince: NOW - 3_600_000 }),
  'nothing at all': (view) => ({ ...view, summary: undefined, fresh: false }),
  'no pod': (view) => ({ ...view, pod: undefined, summary: undefined, fresh: false }),
};

function edited(view: PeerState, change: (report: SummaryReport) => Partial<SummaryReport>): PeerState {
  return view.summary === undefined ? view : { ...view, summary: { ...view.summary, ...change(view.summary) } };
}

interface Case {
  readonly input: ConnectivityInput;
  readonly before: Condition | undefined;
  /** Number of links that honest reports, about the present config, say to work. */
  readonly proved: number;
  readonly asked: number;
  readonly isHonest: boolean;
}

const linkState = fc.oneof(
  { arbitrary: fc.constant('Up'), weight: 6 },
  { arbitrary: fc.constantFrom('Pending', 'Down', 'Unresolved', 'Draining'), weight: 1 },
);
const anyPeer = fc.record({
  states: fc.array(linkState, { minLength: 8, maxLength: 8 }),
  falsification: fc.option(fc.constantFrom(...Object.keys(FALSIFICATIONS)), { freq: 5 }),
  terminating: fc.boolean(),
});
const anyBefore = fc.option(
  fc.record({ status: fc.constantFrom('True', 'False', 'Unknown'), generation: fc.constantFrom(2, GENERATION) }),
);

const cases: fc.Arbitrary<Case> = fc
  .record({
    peers: fc.array(anyPeer, { minLength: 0, maxLength: 5 }),
    topology: fc.constantFrom('FullMesh', 'Ring', 'None'),
    others: fc.subarray(['gw', 'vault', 'http1-0']),
    unmet: fc.option(fc.constant({ name: 'backnd', message: 'does not exist', links: 1 as const }), { freq: 8 }),
    awaited: fc.oneof({ arbitrary: fc.constant(0), weight: 6 }, { arbitrary: fc.nat(2), weight: 1 }),
    before: anyBefore,
  })
  .map(({ peers, topology, others, unmet, awaited, before }): Case => {
    const names = peers.map((_, i) => `web-${i}`);
    let proved = 0;
    let asked = 0;
    const views = peers.map(({ states, falsification, terminating }, i): [string, PeerState] => {
      const targets = [...targetsOf(names, i, topology as 'Ring'), ...others];
      asked += targets.length;
      const entries = targets.flatMap((target, t) => entryOf(target, states[t] ?? 'Up'));
      const honest = peer(0, [], { pod: pod({ terminating }), summary: report(names[i]!, targets.length, entries) });
      const isFalse = falsification !== null && targets.length > 0;
      if (!isFalse) proved += targets.filter((_, t) => ['Up', 'Draining'].includes(states[t] ?? 'Up')).length;
      return [names[i]!, isFalse ? FALSIFICATIONS[falsification]!(honest) : honest];
    });
    const input: ConnectivityInput = {
      peers: new Map(views),
      selection: selectPeers(
        names.map((name) => ({ name })),
        { type: topology as 'Ring' },
      ),
      externalTargets: others,
      targets: new Map(),
      missingTargets: unmet === null ? [] : [unmet],
      awaited: { peers: awaited, links: awaited * 2, since: NOW - 1_000 },
      rollingOut: false,
      now: NOW,
      dnsTtlMs: DNS_TTL_MS,
    };
    return {
      input,
      before: before === null ? undefined : condition(before.status as 'True', before.generation),
      proved,
      asked,
      isHonest: unmet === null && awaited === 0 && peers.every(({ falsification }) => falsification === null),
    };
  });

/** What spec.md says of each topology, without the product's code. */
function targetsOf(names: readonly string[], i: number, topology: 'FullMesh' | 'Ring' | 'None'): string[] {
  if (topology === 'None') return [];
  if (topology === 'FullMesh') return names.filter((_, other) => other !== i);
  return selectPeers(
    names.map((name) => ({ name })),
    { type: 'Ring' },
  ).targetsOf(names[i]!) as string[];
}

function entryOf(target: string, state: string): LinkNotUp[] {
  if (state === 'Up') return [];
  if (state === 'Draining') return [down(target, { state: 'Up', draining: true })];
  return [down(target, { state: state as 'Down' })];
}

function report(name: string, links: number, entries: readonly LinkNotUp[]): SummaryReport {
  return { ...summary(links, entries), name };
}

function condition(status: Condition['status'], observedGeneration: number): Condition {
  return { type: 'Connected', status, observedGeneration, lastTransitionTime: '', reason: 'Any', message: '' };
}

function observe({ input, before, asked }: Case) {
  const connectivity = { summary: '', links: asked, up: 0, down: 0 };
  return observeConnectivity(input, { connectivity, conditions: before ? [before] : [] }, GENERATION);
}

describe('the truth of Connected', () => {
  it('becomes True only if honest, fresh reports say that every link works that is asked for', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { connected } = observe(one);
        if (connected?.status !== 'True' || connected.reason === 'PlannedChange') return;
        expect(one.proved).to.equal(one.asked);
        expect(one.input.missingTargets).to.deep.equal([]);
        expect(one.input.awaited.peers).to.equal(0);
      }),
      { numRuns: 3_000 },
    );
  });

  it('stays True only under the same generation, or while nothing but planned changes is in the way', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { connected, connectivity } = observe(one);
        if (connected?.reason !== 'PlannedChange' && connected !== undefined) return;
        expect(one.before?.status).to.equal('True');
        expect(connectivity.failing).to.deep.equal([]);
        expect(one.input.missingTargets).to.deep.equal([]);
        if (connected !== undefined) expect(one.before?.observedGeneration).to.equal(GENERATION);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is True when honest reports say that every link works', () => {
    fc.assert(
      fc.property(cases, (one) => {
        if (one.isHonest && one.proved === one.asked) expect(observe(one).connected?.status).to.equal('True');
      }),
      { numRuns: 3_000 },
    );
  });

  it('counts nothing as up that no report says, and always gives a status that can be written', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { connectivity } = observe(one);
        expect(schema.safeParse(connectivity).error).to.equal(undefined);
        const isOutdated = [...one.input.peers.values()].some(({ summary: any, current }) => any && !current);
        if (!isOutdated) expect(connectivity.up).to.equal(one.proved);
        expect(connectivity.up + connectivity.down).to.be.at.most(connectivity.links);
      }),
      { numRuns: 3_000 },
    );
  });

  for (const [title, falsify] of Object.entries(FALSIFICATIONS)) {
    it(`is not True on a report with ${title}, and judges the others`, () => {
      const names = ['web-0', 'web-1', 'web-2'];
      const views = names.map((name): [string, PeerState] => [name, peer(0, [], { summary: report(name, 2, []) })]);
      const failing = report('web-2', 2, [down('web-1')]);
      const input = (last: SummaryReport): ConnectivityInput => ({
        peers: new Map([['web-0', falsify(views[0]![1])], views[1]!, ['web-2', { ...views[2]![1], summary: last }]]),
        selection: selectPeers(
          names.map((name) => ({ name })),
          { type: 'FullMesh' },
        ),
        ...{
          externalTargets: [],
          targets: new Map(),
          missingTargets: [],
          awaited: { peers: 0, links: 0 },
          rollingOut: false,
        },
        ...{ now: NOW, dnsTtlMs: DNS_TTL_MS },
      });
      const judge = (last: SummaryReport) => observeConnectivity(input(last), undefined, GENERATION);
      expect(judge(views[2]![1].summary!).connected?.status).to.be.oneOf(['False', 'Unknown']);
      expect(judge(failing).connected).to.include({ status: 'False', reason: 'LinksDown' });
    });
  }
});
