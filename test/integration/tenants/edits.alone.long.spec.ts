import { expect } from 'chai';
import { computeJob, fakeNode } from '../../support/compute-suite.ts';
import { namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { operatorSuite } from '../../support/operator-suite.ts';

const EDITS = 3_000;
const NODES = 20;
const MIB = 1024 * 1024;
/** Not each edit is seen by a pass over the queue: with every selector kept that was, the heap grew by 8 MiB in 2,000 edits. */
const MAX_GROWTH = 5 * MIB;

/** Lets a process collect its garbage when it gets SIGUSR2, so that its heap is what it keeps. */
const COLLECT_ON_SIGNAL = `
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
process.on('SIGUSR2', () => collect());
`;

/** As many and as long labels as a job may name. */
function selector(edit: number): Record<string, string> {
  const prefix = ['a', 'b', 'c'].map((letter) => letter.repeat(60)).join('.');
  return Object.fromEntries(
    Array.from({ length: 64 }, (_, n) => [`${prefix}/${edit}-${n}`.padEnd(230, 'x'), 'v'.repeat(60)]),
  );
}

describe('a waiting job whose nodeSelector is edited 3,000 times', function () {
  this.timeout(600_000);
  // Before the suite's own hook, which closes its connections.
  after(async () => {
    for (const name of nodes) await suite.world.delete('Node', '', name);
  });
  const suite = operatorSuite({
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(COLLECT_ON_SIGNAL)}` },
  });
  const nodes = Array.from({ length: NODES }, (_, n) => `edits-${n}`);

  async function heap(): Promise<number> {
    const sizes: number[] = [];
    for (let i = 0; i < 3; i++) {
      suite.operator.signal('SIGUSR2');
      sizes.push(await suite.operator.metric('nodejs_heap_size_used_bytes'));
    }
    return Math.min(...sizes);
  }

  it("leaves the operator's memory as it was", async function () {
    const { world } = suite;
    const ns = await namespaceFor(this);
    for (const name of nodes) await world.create(fakeNode(name, { suite: 'edits' }));
    await world.create(computeJob(ns, 'waits', { parallelism: 2, nodeSelector: selector(0) }));
    // A merge patch removes what is null in it.
    const edit = (n: number) => {
      const former = Object.fromEntries(Object.keys(selector(n - 1)).map((key) => [key, null]));
      return world.patch('ComputeJob', ns, 'waits', { spec: { nodeSelector: { ...former, ...selector(n) } } });
    };
    const observed = () =>
      eventually(async () => {
        const job = await world.get('ComputeJob', ns, 'waits');
        expect(job?.status?.observedGeneration).to.equal(job?.metadata.generation);
      }, 60_000);
    for (let n = 1; n <= 50; n++) await edit(n);
    await observed();
    const before = await heap();
    for (let n = 51; n <= EDITS; n++) await edit(n);
    await observed();
    const after = await heap();
    console.log(`      heap ${(before / MIB).toFixed(1)} MiB before, ${(after / MIB).toFixed(1)} MiB after`);
    expect(after - before, 'bytes').to.be.below(MAX_GROWTH);
  });
});
