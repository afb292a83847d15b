import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { installDist } from '../../support/operator-identity.ts';

const root = join(import.meta.dirname, '../../..');

describe('examples of jobs and nodes', function () {
  this.timeout(60_000);
  before(() => installDist(controlPlane()));

  for (const file of globSync('examples/jobs/*.yaml', { cwd: root }).sort()) {
    it(`${file} is accepted, and accepted again without a change`, async function () {
      const ns = await namespaceFor(this);
      const { kubectl } = controlPlane();
      const apply = () => kubectl(['-n', ns, 'apply', '-f', join(root, file)]);
      await apply();
      const again = (await apply()).trim().split('\n');
      expect(again.filter((line) => !line.endsWith(' unchanged'))).to.deep.equal([]);
      await kubectl(['-n', ns, 'delete', '-f', join(root, file), '--wait=false']);
    });
  }
});
