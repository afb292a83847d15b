import { expect } from 'chai';
import { namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { fallSilent } from '../../support/hostile-reporters.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { SimulatedPeers } from '../../support/simulated-peers.ts';
import { conditionOf, peerGroup } from '../../support/world.ts';

const SILENT = 200;
/** From a report to the status that is made of it, in milliseconds: part of what is promised. */
const TOLD_MS = 5_000;

describe('200 pods of one tenant that take connections and say nothing', function () {
  this.timeout(300_000);
  const suite = operatorSuite();

  it("delay the first reports of another tenant's pods by little", async function () {
    const { world } = suite;
    const good = await namespaceFor(this);
    const evil = await namespaceFor(this);
    const goodPeers = new SimulatedPeers(world, 89);
    const evilPeers = new SimulatedPeers(world, 90);
    /** From the moment at which the group's pods could be asked to the status that says what they report. */
    const firstReportMs = async (name: string) => {
      await world.create(peerGroup(good, name, { replicas: 2, interval: '1s' }));
      await goodPeers.run(good, [name], 2);
      const from = performance.now();
      await eventually(async () => {
        const group = await world.get('PeerGroup', good, name);
        expect(conditionOf(group, 'Connected')?.status).to.equal('True');
      }, 60_000);
      return performance.now() - from;
    };
    const median = async (prefix: string) => {
      const times: number[] = [];
      for (let n = 0; n < 5; n++) times.push(await firstReportMs(`${prefix}${n}`));
      console.log(`      ${prefix}: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`);
      return times.sort((a, b) => a - b)[2]!;
    };
    try {
      const undisturbed = await median('undisturbed');
      await world.create(peerGroup(evil, 'silent', { replicas: SILENT, interval: '1s', topology: { type: 'None' } }));
      await evilPeers.run(evil, ['silent'], SILENT, 120_000, fallSilent);
      const asked = () => [...evilPeers.peers.values()].filter(({ requests }) => requests > 0).length;
      await eventually(() => expect(asked(), 'pods that were asked').to.be.above(32), 30_000);
      const ms = await median('beside');
      expect(ms, `milliseconds, undisturbed ${undisturbed}`).to.be.below(TOLD_MS);
    } finally {
      goodPeers.close();
      evilPeers.close();
    }
  });
});
