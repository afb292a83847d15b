import { expect } from 'chai';
import { LinkTally, linkOf } from '../../../scripts/start/links.ts';
import type { Kubectl } from '../../cluster/kubectl.ts';
import { eventually } from '../../support/eventually.ts';
import { LiveGroup } from '../../support/live-group.ts';
import { objectsIn } from '../../support/namespace-content.ts';
import { expectToldOf, type PeerPod, peerPods, podLog } from '../../support/peer-pods.ts';
import { rollcallNamespace } from '../../support/rollcall.ts';

const PEERS = ['web-0', 'web-1', 'web-2', 'web-3', 'web-4'];
/** By when every pod that stays knows of a change (spec: no restart). */
const CHANGE_MS = 2_000;

describe('a PeerGroup of five real pods', function () {
  this.timeout(90_000);
  let kubectl: Kubectl;
  let namespace: string;
  /** What a namespace has before any group comes. */
  let empty: readonly string[];

  before(async function () {
    ({ kubectl, namespace } = await rollcallNamespace(this));
    empty = await eventually(async () => {
      const objects = await objectsIn(kubectl, namespace);
      expect(objects).to.include('configmap/kube-root-ca.crt').and.include('serviceaccount/default');
      return objects;
    });
    await new LiveGroup(kubectl, namespace, 'web').create({ replicas: PEERS.length, interval: '1s' });
  });

  /** All five, once they are Ready. */
  async function allPods(): Promise<Map<string, PeerPod>> {
    return eventually(async () => {
      const pods = await peerPods(kubectl, namespace, 'web');
      expect([...pods].filter(([, pod]) => pod.ready).map(([name]) => name)).to.deep.equal(PEERS);
      return pods;
    }, 60_000);
  }

  const toldOf = (pods: readonly string[], line: RegExp, change: () => Promise<unknown>) =>
    expectToldOf({ kubectl, namespace, pods, line, withinMs: CHANGE_MS }, change);

  it('logs a reply on each of the 20 directed links, with the name of who answered', async () => {
    await allPods();
    await eventually(async () => {
      const tally = new LinkTally(PEERS);
      for (const pod of PEERS) {
        for (const { text } of await podLog(kubectl, namespace, pod)) {
          const link = linkOf(pod, text);
          if (link) tally.see(link);
        }
      }
      expect(tally.missing).to.deep.equal([]);
    }, 30_000);
  });

  it('keeps the pod that stays when it is scaled to one and back, and tells it at once who went and came', async () => {
    const stays = (await allPods()).get('web-0');
    const scale = (replicas: number) => kubectl(['-n', namespace, 'scale', 'pg/web', `--replicas=${replicas}`]);

    await toldOf(['web-0'], /loaded: removed web-1, web-2, web-3, web-4$/, () => scale(1));
    await eventually(async () => {
      expect([...(await peerPods(kubectl, namespace, 'web')).keys()]).to.deep.equal(['web-0']);
    }, 30_000);
    await toldOf(['web-0'], /loaded: added web-1, web-2, web-3, web-4$/, () => scale(5));

    expect((await allPods()).get('web-0')).to.deep.equal(stays);
  });

  it('keeps every pod when the interval changes, and tells each at once', async () => {
    const stay = await allPods();
    const patch = ['patch', 'pg/web', '--type=merge', '--patch', '{"spec":{"interval":"2s"}}'];

    await toldOf(PEERS, /^Configuration \w+ loaded: peers unchanged$/, () => kubectl(['-n', namespace, ...patch]));

    expect(await peerPods(kubectl, namespace, 'web')).to.deep.equal(stay);
  });

  it('leaves nothing behind when it is deleted', async () => {
    await allPods();
    await kubectl(['-n', namespace, 'delete', 'pg/web']);
    await eventually(async () => expect(await objectsIn(kubectl, namespace)).to.deep.equal(empty), 45_000);
  });
});
