import { join } from 'node:path';
import { App } from 'cdk8s';
import { expect } from 'chai';
import { type ComputeJob, completeComputeJob } from '../../../constructs/crds/compute-job.ts';
import { completePeerGroup, type PeerGroup } from '../../../constructs/crds/peer-group.ts';
import { Demo } from '../../../examples/app.ts';
import { Standalone } from '../../../examples/standalone.ts';
import { objectsOf, texts } from '../../support/manifests.ts';
import { root } from './run-app.ts';

const manifests = Object.entries(texts(join(root, 'examples'))).filter(([file]) => file.endsWith('.yaml'));

describe('examples/', () => {
  for (const [file, text] of manifests) {
    it(`${file} declares groups that the schema allows, in a namespace that it makes`, () => {
      const [namespace, ...groups] = objectsOf(text);
      expect(namespace).to.deep.include({ kind: 'Namespace' });
      expect(groups).not.to.deep.equal([]);
      for (const group of groups) {
        expect(group.metadata.namespace).to.equal(namespace!.metadata.name);
        completePeerGroup(group as unknown as PeerGroup);
      }
    });
  }

  it('declare the same group in app.ts as in mesh.yaml, and a job that the schema allows', () => {
    const [job, ...others] = new Demo(new App(), 'demo').toJson().toReversed();
    completeComputeJob(job as ComputeJob);
    const synthesised = others.toReversed();
    expect(
      synthesised.map(({ spec, ...rest }: { kind: string; spec: object }) =>
        rest.kind === 'Namespace' ? rest : { ...rest, spec },
      ),
    ).to.deep.equal(objectsOf(Object.fromEntries(manifests)['mesh.yaml']!));
  });

  it('declare in standalone.ts peers that need no operator', () => {
    const kinds = new Standalone(new App(), 'standalone').toJson().map((object: { kind: string }) => object.kind);
    expect(kinds).to.include.members(['Namespace', 'ConfigMap', 'StatefulSet']).and.not.include('PeerGroup');
  });
});
