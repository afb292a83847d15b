import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { controlPlane } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { conditionOf } from '../../support/world.ts';

const folder = join(import.meta.dirname, '../../../examples');

describe('examples of PeerGroups', function () {
  this.timeout(30_000);
  const suite = operatorSuite();

  after(() => controlPlane().kubectl(['delete', 'namespace', 'demo', '--wait=false', '--ignore-not-found']));

  for (const file of globSync('*.yaml', { cwd: folder }).sort()) {
    it(`${file} is accepted, and nothing stands in its way`, async () => {
      const applied = await controlPlane().kubectl(['apply', '-f', join(folder, file)]);
      expect(applied).to.match(/^peergroup\.rollcall\.dev\/\S+ created$/m);
      await eventually(async () => {
        for (const { metadata, status } of await suite.world.list('PeerGroup', 'demo')) {
          expect(status?.observedGeneration, metadata.name).to.equal(metadata.generation);
          expect(conditionOf({ metadata, status } as never, 'Degraded'), metadata.name).to.include({ status: 'False' });
        }
      });
      for (const { metadata } of await suite.world.list('PeerGroup', 'demo'))
        await suite.world.delete('PeerGroup', 'demo', metadata.name);
    });
  }
});
