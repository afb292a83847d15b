import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { installDist } from '../../support/operator-identity.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { observed } from '../../support/operator-suite.ts';
import { openWorld, peerGroup, type World } from '../../support/world.ts';

const ROUNDS = 5;

describe('leaders that end', function () {
  this.timeout(300_000);
  let world: World;

  before(async () => {
    await installDist(controlPlane());
    world = openWorld(controlPlane());
  });
  after(() => world?.close());

  const start = () => startOperator({ controlPlane: controlPlane(), args: ['--leader-elect', 'true'] });
  const leads = (operator: OperatorProcess) => operator.metric('leader_election_master_status');

  it('are replaced within 3 s when they were told to', async () => {
    const leader = await start();
    await eventually(async () => expect(await leads(leader)).to.equal(1));
    const standby = await start();
    const told = performance.now();
    leader.signal('SIGTERM');
    await eventually(async () => expect(await leads(standby)).to.equal(1), 10_000);
    const took = performance.now() - told;
    console.log(`        taken over after ${(took / 1_000).toFixed(1)} s`);
    await leader.exited;
    await standby.stop();
    expect(took).to.be.at.most(3_000);
  });

  it(`are replaced within 20 s of a kill, ${ROUNDS} times in a row, and what was asked for meanwhile is done`, async function () {
    const ns = await namespaceFor(this);
    let leader = await start();
    await eventually(async () => expect(await leads(leader)).to.equal(1));
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const standby = await start();
      await world.create(peerGroup(ns, `round-${round}`, { replicas: 0 }));
      const killed = performance.now();
      leader.signal('SIGKILL');
      await eventually(async () => expect(await leads(standby)).to.equal(1), 25_000);
      took.push(performance.now() - killed);
      await observed(world, ns, `round-${round}`);
      leader = standby;
    }
    await leader.stop();
    console.log(`        takeovers after ${took.map((ms) => `${(ms / 1_000).toFixed(1)} s`).join(', ')}`);
    expect(Math.max(...took)).to.be.at.most(20_000);
  });
});
