import { expect } from 'chai';
import { computeNamespace } from './compute-plane.ts';
import { computeSuite } from './compute-suite.ts';
import { eventually } from './eventually.ts';
import { GangWatch } from './gang-watch.ts';

interface Contention {
  readonly name: string;
  /** Nodes with room for one pod each. */
  readonly nodes: number;
  readonly gangs: number;
  /** Pods of each gang. */
  readonly size: number;
}

/** A gang may look half placed for so long, while the scheduler gets to its pods one after the other. */
const ALLOWED_MS = 2_000;
const TIMEOUT_MS = 180_000;

/** A case for a `describe`: gangs that contend for fewer nodes than they want, watched from outside. */
export function contentionCase({ name, nodes, gangs, size }: Contention): void {
  const suite = computeSuite({ name, nodes, cpu: 1 });

  it(`never places half a gang while ${gangs} gangs of ${size} contend for ${nodes} nodes, and completes all`, async function () {
    this.timeout(TIMEOUT_MS);
    const ns = await computeNamespace(this);
    const watch = new GangWatch(suite.world, ns);
    const names = Array.from({ length: gangs }, (_, index) => `gang-${index}`);
    const spec = { parallelism: size, resources: { requests: { cpu: 1 } } };
    await Promise.all(names.map((gang) => suite.run(ns, gang, spec)));
    const jobs = await eventually(async () => {
      const all = await suite.world.list('ComputeJob', ns);
      expect(all.filter(({ status }) => status?.state === 'Completed')).to.have.length(gangs);
      return all;
    }, TIMEOUT_MS);
    const { events, halfPlaced } = await watch.end();
    expect(events, 'what the watch saw').to.be.greaterThan(gangs * size * 3);
    expect(halfPlaced.filter(({ forMs }) => forMs > ALLOWED_MS)).to.deep.equal([]);
    expect(jobs.map(({ status }) => [status.attempt, status.nodes.length])).to.deep.equal(names.map(() => [1, size]));
  });
}
