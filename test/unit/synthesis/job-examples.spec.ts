import { join } from 'node:path';
import { expect } from 'chai';
import { type ComputeJob, completeComputeJob } from '../../../constructs/crds/compute-job.ts';
import { computeNodeSpec } from '../../../constructs/crds/compute-node.ts';
import { objectsOf, texts } from '../../support/manifests.ts';
import { root } from './run-app.ts';

const manifests = Object.entries(texts(join(root, 'examples/jobs')));

describe('examples/jobs/', () => {
  for (const [file, text] of manifests) {
    it(`${file} declares what the schema allows, and says in its first line what it shows`, () => {
      expect(text).to.match(/^# \w/);
      for (const object of objectsOf(text)) {
        expect(object.kind).to.be.oneOf(['ComputeJob', 'ComputeNode']);
        if (object.kind === 'ComputeNode') computeNodeSpec.parse(object.spec);
        else
          completeComputeJob({
            ...object,
            metadata: { ...object.metadata, namespace: 'jobs' },
          } as unknown as ComputeJob);
      }
    });
  }
});
