import { join } from 'node:path';
import { expect } from 'chai';
import { controlPlane } from '../../support/control-plane.ts';
import { distManifests, objectsByName } from '../../support/manifests.ts';

const root = join(import.meta.dirname, '../../..');
const dist = join(root, 'dist');
const overlay = join(root, 'examples/kustomize');
const OPERATOR = 'Deployment/rollcall-system/rollcall';

describe('kustomize', function () {
  this.timeout(60_000);
  const kubectl = (...args: string[]) => controlPlane().kubectl(args);

  it('makes of dist/ what dist/ says', async () => {
    expect(objectsByName(await kubectl('kustomize', dist))).to.deep.equal(
      objectsByName(...Object.values(distManifests())),
    );
  });

  it('changes by the example what the example says, for the peers that name no image as well', async () => {
    const { [OPERATOR]: plain, ...others } = objectsByName(await kubectl('kustomize', dist));
    const { [OPERATOR]: changed, ...unchanged } = objectsByName(await kubectl('kustomize', overlay));
    const [before, after] = [plain!, changed!].map(({ spec }) => spec.template.spec.containers[0]);
    const image = `registry.example.com/team/${before.image}`;
    const { requests, limits } = before.resources;

    expect(unchanged).to.deep.equal(others);
    expect(after).to.deep.equal({
      ...before,
      image,
      env: before.env.map((entry: { name: string }) =>
        entry.name === 'ROLLCALL_IMAGE' ? { ...entry, value: image } : entry,
      ),
      resources: { requests: { ...requests, cpu: '50m' }, limits: { ...limits, cpu: '500m' } },
    });
  });
});
