import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { allObserved, createGroups } from '../../support/many-groups.ts';
import { installDist } from '../../support/operator-identity.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { observed } from '../../support/operator-suite.ts';
import { openWorld, peerGroup, type World } from '../../support/world.ts';

const GROUPS = 100;
const EDITS_PER_SECOND = 76;
const ROUNDS = 5;
/** What a busy machine does to a single measurement, in milliseconds. Every group of the flood once takes longer. */
const NOISE_MS = 1_500;

describe(`a tenant that edits ${GROUPS} groups ${EDITS_PER_SECOND} times a second`, function () {
  this.timeout(120_000);
  let world: World;
  let operator: OperatorProcess;

  before(async () => {
    await installDist(controlPlane());
    world = openWorld(controlPlane());
    operator = await startOperator({ controlPlane: controlPlane() });
  });
  after(async () => {
    await operator?.stop();
    await world?.close();
  });

  it("delays another tenant's edit by little", async function () {
    const [loud, calm] = [await namespaceFor(this), await namespaceFor(this)];
    await createGroups(world, loud, GROUPS);
    await world.create(peerGroup(calm, 'web', { replicas: 0 }));
    await observed(world, calm, 'web', 60_000);
    await allObserved(world, loud, GROUPS, 60_000);
    const undisturbedMs = await editMs(calm);

    let edits = 0;
    const edit = () => {
      edits++;
      const spec = { interval: `${5 + (edits % 50)}s` };
      world.patch('PeerGroup', loud, `group-${edits % GROUPS}`, { spec }).catch(() => {});
    };
    const editing = setInterval(edit, 1_000 / EDITS_PER_SECOND);
    try {
      // Until the operator is behind with them all.
      await sleep(2_000);
      const ms = await editMs(calm);
      console.log(`        undisturbed ${undisturbedMs.toFixed(0)} ms, beside the flood ${ms.toFixed(0)} ms`);
      expect(ms, `milliseconds; undisturbed ${undisturbedMs}`).to.be.below(3 * undisturbedMs + NOISE_MS);
    } finally {
      clearInterval(editing);
    }
  });

  /** From an edit to the status about it: the median of some. */
  async function editMs(ns: string): Promise<number> {
    const times: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const started = performance.now();
      await world.patch('PeerGroup', ns, 'web', { spec: { interval: `${60 + (Math.round(started) % 1_000)}s` } });
      await observed(world, ns, 'web', 30_000);
      times.push(performance.now() - started);
    }
    return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
  }
});
