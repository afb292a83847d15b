import { expect } from 'chai';
import { type ComputeJobSpec, computeJobSpec } from '../../../../constructs/crds/compute-job.ts';
import { attemptHash } from '../../../../reconciler/compute-job/attempt-hash.ts';

const hash = (spec: Partial<ComputeJobSpec>) => attemptHash(computeJobSpec.parse({ command: ['a'], ...spec }));

describe('what replaces a gang', () => {
  for (const change of [
    { command: ['b'] },
    { args: ['x'] },
    { env: [{ name: 'A', value: '1' }] },
    { image: 'other' },
    { resources: { requests: { cpu: 1 } } },
    { nodeSelector: { disk: 'ssd' } },
    { tolerations: [{ operator: 'Exists' as const }] },
    { serviceAccountName: 'other' },
    { securityContext: { runAsUser: 1000 } },
    { imagePullSecrets: [{ name: 'pull' }] },
  ]) {
    it(`is a change of ${Object.keys(change)}`, () => {
      expect(hash(change)).not.to.equal(hash({}));
    });
  }

  for (const change of [
    { parallelism: 9 },
    { priority: 1 },
    { suspend: true },
    { backoffLimit: 0 },
    { activeDeadlineSeconds: 9 },
    { ttlSecondsAfterFinished: 9 },
  ]) {
    it(`is not a change of ${Object.keys(change)}`, () => {
      expect(hash(change)).to.equal(hash({}));
    });
  }

  it('is not another order of keys', () => {
    expect(hash({ nodeSelector: { a: '1', b: '2' } })).to.equal(hash({ nodeSelector: { b: '2', a: '1' } }));
  });
});
