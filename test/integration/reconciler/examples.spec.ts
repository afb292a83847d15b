import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { controlPlane } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { conditionOf } from '../../support/world.ts';

const folder = join(import.meta.dirname, '../../../examples');
const files = globSync('*.yaml', { cwd: folder }).sort();
const namespaceOf = (file: string) => `example-${basename(file, '.yaml')}`;

describe('examples of PeerGroups', function () {
  this.timeout(60_000);
  const suite = operatorSuite();
  const kubectl = (...args: string[]) => {
    // Each in a namespace of its own: some of them give the same name to different groups.
    const inOwnNamespace = (file: string) =>
      readFileSync(join(folder, file), 'utf8').replaceAll(/(name(?:space)?): demo$/gm, `$1: ${namespaceOf(file)}`);
    return controlPlane().kubectl([...args, '-f', '-'], { input: files.map(inOwnNamespace).join('\n---\n') });
  };
  const lines = async (output: Promise<string>) => (await output).trim().split('\n');

  after(() => kubectl('delete', '--wait=false', '--ignore-not-found'));

  it('are accepted, all of them, and accepted again without a change', async () => {
    const first = await lines(kubectl('apply'));
    expect(first.filter((line) => !line.endsWith(' created'))).to.deep.equal([]);
    expect(first.filter((line) => line.startsWith('namespace/'))).to.have.length(files.length);
    const again = await lines(kubectl('apply'));
    expect(again.filter((line) => !line.endsWith(' unchanged'))).to.deep.equal([]);
  });

  for (const file of files) {
    it(`have nothing that stands in their way: ${file}`, () =>
      eventually(async () => {
        const groups = await suite.world.list('PeerGroup', namespaceOf(file));
        expect(groups).not.to.deep.equal([]);
        for (const group of groups) {
          const { metadata, status } = group;
          expect(status?.observedGeneration, metadata.name).to.equal(metadata.generation);
          expect(conditionOf(group, 'Degraded'), metadata.name).to.include({ status: 'False' });
        }
      }));
  }
});
