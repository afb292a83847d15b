import { join } from 'node:path';
import { expect } from 'chai';
import { controlPlane } from '../../support/control-plane.ts';
import { reinstallDist } from '../../support/operator-identity.ts';

const root = join(import.meta.dirname, '../../..');
const dist = join(root, 'dist');
const overlay = join(root, 'examples/kustomize');

describe('the example for kustomize on a real API server', function () {
  this.timeout(180_000); // a namespace's controller looks again after a quarter of a minute when it has met a pod
  const kubectl = (...args: string[]) => controlPlane().kubectl(args);

  after(() => reinstallDist(controlPlane()));

  it('installs, changes nothing the second time, and removes everything', async () => {
    await kubectl('delete', '-f', dist, '--ignore-not-found');
    await kubectl('apply', '-k', overlay);
    await kubectl('wait', '--for=condition=Established', 'crd/peergroups.rollcall.dev', '--timeout=30s');
    const again = (await kubectl('apply', '-k', overlay)).trim().split('\n');
    const changed = again.filter((line) => !line.endsWith(' unchanged') && !line.startsWith('poddisruptionbudget'));
    expect(changed).to.deep.equal([]);

    await kubectl('delete', '-k', overlay);
    expect(await kubectl('get', '-f', dist, '--ignore-not-found')).to.equal('');
  });
});
