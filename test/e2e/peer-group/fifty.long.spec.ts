import { expect } from 'chai';
import type { Kubectl } from '../../cluster/kubectl.ts';
import { eventually } from '../../support/eventually.ts';
import { LiveGroup } from '../../support/live-group.ts';
import { expectToldOf, peerPods } from '../../support/peer-pods.ts';
import { rollcallNamespace } from '../../support/rollcall.ts';

const PODS = 50;
/** How soon every pod knows of a change, in milliseconds. */
const CHANGE_MS = 2_000;

describe('a PeerGroup of fifty real pods', function () {
  this.timeout(300_000);
  let kubectl: Kubectl;
  let namespace: string;
  let web: LiveGroup;

  before(async function () {
    ({ kubectl, namespace } = await rollcallNamespace(this, 2));
    web = new LiveGroup(kubectl, namespace, 'web');
    // Less than the default, of which forty would fill two nodes of two cores.
    const resources = { requests: { cpu: '20m', memory: '64Mi' }, limits: { cpu: '200m', memory: '96Mi' } };
    await web.create({ replicas: PODS, interval: '30s', log: { replies: 'Changes' }, resources });
    await web.waitConnected(240);
  });

  /** Has a change made, and asserts that each of the first so many pods knows of it in time. */
  async function toldOf(count: number, line: RegExp, change: () => Promise<unknown>): Promise<void> {
    const pods = Array.from({ length: count }, (_, i) => `web-${i}`);
    const ms = await expectToldOf({ kubectl, namespace, pods, line, withinMs: CHANGE_MS }, change);
    console.log(`      the last of ${count} pods knew after ${ms} ms`);
  }

  it('knows of a new interval, a new peer and a new size within two seconds, every pod, and restarts none', async () => {
    const before = await peerPods(kubectl, namespace, 'web');
    await toldOf(PODS, /^Configuration \w+ loaded: peers unchanged$/, () => web.patch({ interval: '20s' }));
    await toldOf(PODS, /^Configuration \w+ loaded: added gw$/, () =>
      web.patch({ peers: [{ name: 'gw', url: 'http://web-svc:8080' }] }),
    );
    await toldOf(PODS - 1, /^Configuration \w+ loaded: removed web-49$/, () => web.patch({ replicas: PODS - 1 }));
    await eventually(async () => {
      const after = await peerPods(kubectl, namespace, 'web');
      before.delete('web-49');
      expect(after).to.deep.equal(before);
    }, 60_000);
  });
});
