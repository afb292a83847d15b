import { X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import type { CaState } from '../../../../../reconciler/peer-group/tls/ca-state.ts';
import { planSecrets } from '../../../../../reconciler/peer-group/tls/plan-secrets.ts';
import type { TlsContent } from '../../../../../reconciler/peer-group/tls/secrets.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const DAY = 24 * 60 * 60_000;
const LIFETIMES = { leafMs: 90 * DAY, caMs: 1095 * DAY };
const GROUPS = ['east', 'west'];

/** A namespace with its two Secrets, and pods that have loaded some version of theirs. */
class Namespace {
  ca: CaState | undefined;
  content: TlsContent = { caBundle: '', leaves: new Map() };
  now = START;
  /** What each pod has loaded. */
  readonly pods = GROUPS.flatMap((group) => [0, 1].map(() => ({ group, content: this.content })));

  /** @param like one to begin where that one is */
  constructor(like?: Namespace) {
    if (like === undefined) return;
    [this.ca, this.content, this.now] = [like.ca, like.content, like.now];
    this.loadAll();
  }

  /** One pass of the operator, which is killed after so many writes. */
  async pass(killAfter = Number.POSITIVE_INFINITY): Promise<void> {
    const plan = await planSecrets({
      namespace: 'demo',
      ca: this.ca,
      content: this.content,
      groups: GROUPS.map((name) => ({ name, names: [`${name}.demo.svc`] })),
      allPodsUpdated: this.pods.every((pod) => pod.content === this.content),
      now: this.now,
      lifetimes: LIFETIMES,
    });
    if (killAfter === 0) return;
    this.ca = plan.ca;
    if (killAfter === 1) return;
    const same = [...plan.content.leaves].every(([name, leaf]) => leaf === this.content.leaves.get(name));
    if (!same || plan.content.caBundle !== this.content.caBundle) this.content = plan.content;
  }

  /** The pod loads what its Secret holds. */
  load(pod: number): void {
    this.pods[pod]!.content = this.content;
  }

  loadAll(): void {
    for (const pod of this.pods.keys()) this.load(pod);
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 5; i++) {
      await this.pass();
      this.loadAll();
    }
  }

  /** Pairs of pods of which the first doesn't trust what the second shows. */
  distrust(): string[] {
    // Most pods have loaded the same.
    const running = new Map(this.pods.map((pod) => [`${pod.group} ${pod.content.caBundle}`, pod]));
    return [...running.values()].flatMap((client) =>
      [...running.values()]
        .filter(
          (server) => !trusts(client.content.caBundle, server.content.leaves.get(server.group)!.certificate, this.now),
        )
        .map((server) => `${client.group} distrusts ${server.group}`),
    );
  }

  get state(): string {
    if (this.ca?.next !== undefined) return 'Introducing';
    return this.ca?.previous === undefined ? 'Stable' : 'Retiring';
  }
}

function trusts(bundle: string, leaf: string, now: number): boolean {
  const certificate = new X509Certificate(leaf);
  const issuers = bundle.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g)!.map((pem) => new X509Certificate(pem));
  const valid = ({ validFromDate, validToDate }: X509Certificate) =>
    validFromDate.getTime() <= now && now < validToDate.getTime();
  return (
    valid(certificate) &&
    issuers.some((ca) => valid(ca) && certificate.checkIssued(ca) && certificate.verify(ca.publicKey))
  );
}

describe("a namespace's certificates", function () {
  // Making keys takes what a busy machine leaves.
  this.timeout(10_000);

  it('are made once and then left alone', async () => {
    const namespace = new Namespace();
    await namespace.settle();
    const { ca, content } = namespace;
    namespace.now += 59 * DAY;
    await namespace.settle();
    expect(namespace.ca).to.equal(ca);
    expect(namespace.content).to.equal(content);
  });

  it('are renewed after two thirds of their life', async () => {
    const namespace = new Namespace();
    await namespace.settle();
    const before = namespace.content;
    namespace.now += 60 * DAY;
    await namespace.settle();
    expect(namespace.content.caBundle).to.equal(before.caBundle);
    for (const group of GROUPS) expect(namespace.content.leaves.get(group)).not.to.equal(before.leaves.get(group));
  });

  it('are made anew for a group whose names have changed, and for no other', async () => {
    const namespace = new Namespace();
    await namespace.settle();
    const { content } = namespace;
    const plan = await planSecrets({
      namespace: 'demo',
      ca: namespace.ca,
      content,
      groups: [
        { name: 'east', names: ['east.demo.svc'] },
        { name: 'west', names: ['west.demo.svc', 'west'] },
      ],
      allPodsUpdated: true,
      now: namespace.now,
      lifetimes: LIFETIMES,
    });
    expect(plan.content.leaves.get('east')).to.equal(content.leaves.get('east'));
    expect(plan.content.leaves.get('west')).not.to.equal(content.leaves.get('west'));
  });

  it('go without the leaves of groups that are gone', async () => {
    const namespace = new Namespace();
    await namespace.settle();
    const { ca, content, now } = namespace;
    const plan = await planSecrets({
      ...{ namespace: 'demo', ca, content, now, allPodsUpdated: true, lifetimes: LIFETIMES },
      groups: [{ name: 'east', names: ['east.demo.svc'] }],
    });
    expect([...plan.content.leaves.keys()]).to.deep.equal(['east']);
  });

  it('pass from one CA to the next through a time in which both are trusted', async () => {
    const namespace = new Namespace();
    await namespace.settle();
    const old = namespace.ca?.current;
    namespace.now += 730 * DAY;
    const states = [namespace.state];
    for (let i = 0; i < 3; i++) {
      await namespace.pass();
      namespace.loadAll();
      states.push(namespace.state);
    }
    expect(states).to.deep.equal(['Stable', 'Introducing', 'Retiring', 'Stable']);
    expect(namespace.ca?.current).not.to.equal(old);
  });

  it('wait with the next step until every pod has followed', async () => {
    const namespace = new Namespace();
    await namespace.settle();
    namespace.now += 730 * DAY;
    for (let i = 0; i < 3; i++) {
      await namespace.pass();
      for (const pod of [0, 1, 2]) namespace.load(pod);
    }
    expect(namespace.state).to.equal('Introducing');
  });

  it('wait a day at most for a pod that does not answer', async () => {
    const namespace = new Namespace();
    await namespace.settle();
    namespace.now += 730 * DAY;
    await namespace.pass();
    namespace.now += DAY;
    await namespace.pass();
    expect(namespace.state).to.equal('Retiring');
  });

  it("begin a pod's day anew when the operator was killed before any pod could hear of the next CA", async () => {
    const namespace = new Namespace();
    await namespace.settle();
    namespace.now += 725 * DAY;
    await namespace.settle();
    namespace.now += 5 * DAY;
    await namespace.pass(1);
    namespace.now += 10 * DAY;
    await namespace.pass();
    expect(namespace.state).to.equal('Introducing');
    namespace.load(0);
    await namespace.pass();
    expect([namespace.state, namespace.distrust()]).to.deep.equal(['Introducing', []]);
    namespace.now += DAY;
    await namespace.pass();
    expect(namespace.state).to.equal('Retiring');
  });

  it('stay trusted when the CA is lost, until every pod has a leaf of the new one', async () => {
    const namespace = new Namespace();
    await namespace.settle();
    const lost = namespace.ca!.current.certificate;
    namespace.ca = undefined;
    await namespace.pass();
    expect(namespace.content.caBundle).to.include(lost).and.include(namespace.ca!.current.certificate);
  });

  it('are valid again at once when all were made while the clock was a day ahead', async () => {
    const namespace = new Namespace();
    namespace.now += DAY;
    await namespace.settle();
    namespace.now -= DAY;
    expect(namespace.distrust()).not.to.deep.equal([]);
    await namespace.pass();
    namespace.loadAll();
    expect(namespace.distrust()).to.deep.equal([]);
  });

  it('do not wait for a next CA that was made while the clock was ahead', async () => {
    const namespace = new Namespace();
    await namespace.settle();
    namespace.now += 730 * DAY;
    await namespace.pass();
    const premature = namespace.ca!.next;
    namespace.now -= DAY;
    await namespace.pass();
    expect(namespace.state).to.equal('Introducing');
    expect(namespace.ca!.next).not.to.equal(premature);
    namespace.loadAll();
    expect(namespace.distrust()).to.deep.equal([]);
  });

  it('keep the trust in an older CA whose successor turns out to be premature', async () => {
    const namespace = new Namespace();
    await namespace.settle();
    const old = namespace.ca!.current.certificate;
    namespace.now += 735 * DAY;
    for (let i = 0; i < 2; i++) {
      await namespace.pass();
      namespace.loadAll();
    }
    expect(namespace.state).to.equal('Retiring');
    namespace.now -= 5 * DAY;
    await namespace.pass();
    expect(namespace.ca!.previous).to.equal(old);
    namespace.loadAll();
    expect(namespace.distrust()).to.deep.equal([]);
  });

  it('are never distrusted by any pod, whenever the operator is killed and however late pods load them', async function () {
    this.timeout(20_000);
    const old = new Namespace();
    await old.settle();
    old.now += 725 * DAY;
    await old.settle();
    const event = fc.oneof(
      fc.record({ type: fc.constant('pass'), killAfter: fc.constantFrom(0, 1, 2) }),
      fc.record({ type: fc.constant('load'), pod: fc.nat(3) }),
      fc.record({ type: fc.constant('wait'), days: fc.constantFrom(0.1, 10) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 5, maxLength: 20 }), async (events) => {
        const namespace = new Namespace(old);
        const lastLoad = GROUPS.flatMap(() => [namespace.now, namespace.now]);
        for (const next of events) {
          if ('killAfter' in next) await namespace.pass(next.killAfter);
          if ('pod' in next) {
            namespace.load(next.pod);
            lastLoad[next.pod] = namespace.now;
          }
          if ('days' in next) namespace.now += next.days * DAY;
          // A pod that has not looked at its Secret for half a day is none that anything is promised of.
          if (lastLoad.some((at) => namespace.now - at > DAY / 2)) {
            namespace.loadAll();
            lastLoad.fill(namespace.now);
          }
          expect(namespace.distrust()).to.deep.equal([]);
        }
      }),
      { numRuns: 15 },
    );
  });
});
