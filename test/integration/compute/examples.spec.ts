import { join } from 'node:path';
import { expect } from 'chai';
import { computeNamespace, computePlane } from '../../support/compute-plane.ts';

const folder = join(import.meta.dirname, '../../../examples/jobs');

describe('examples of jobs and nodes', () => {
  it('are accepted, all of them, and accepted again without a change', async function () {
    this.timeout(60_000);
    const ns = await computeNamespace(this);
    const { kubectl } = await computePlane();
    const apply = async () => (await kubectl(['-n', ns, 'apply', '-f', folder])).trim().split('\n');
    const first = await apply();
    expect(first.every((line) => line.endsWith(' created'))).to.equal(true);
    expect(await apply()).to.deep.equal(first.map((line) => line.replace(/ created$/, ' unchanged')));
    await kubectl(['-n', ns, 'delete', '-f', folder, '--wait=false']);
  });
});
