import { expect } from 'chai';
import { type ComputeJobSpec, computeJobSpec } from '../../../../../constructs/crds/compute-job.ts';
import { attemptHash } from '../../../../../reconciler/compute-job/resource/attempt-hash.ts';

const hash = (spec: Partial<ComputeJobSpec>) => attemptHash(computeJobSpec.parse({ command: ['a'], ...spec }));

/** Recorded with commit decb08f: another hash would restart every gang that an operator of that version has started. */
const RECORDED: readonly [string, Partial<ComputeJobSpec>][] = [
  ['d77a8a9e7af3236b', { command: ['true'] }],
  [
    '5e8d177e61540d70',
    {
      command: ['sh', '-c', 'echo hello'],
      parallelism: 3,
      priority: 5,
      suspend: true,
      backoffLimit: 0,
      activeDeadlineSeconds: 60,
      ttlSecondsAfterFinished: 5,
    },
  ],
  [
    '36281c866c6b91b6',
    {
      command: ['train'],
      args: ['--epochs', '3'],
      env: [
        { name: 'A', value: '1' },
        { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ],
      image: 'example.test/train:1',
      imagePullSecrets: [{ name: 'pull' }],
      serviceAccountName: 'trainer',
      securityContext: { runAsUser: 1000, fsGroup: 2000 },
      resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
      nodeSelector: { zone: 'a', disk: 'ssd' },
      tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoSchedule' }],
      parallelism: 8,
    },
  ],
  ['b7ebeb55ed184560', { command: ['a'], nodeSelector: {}, env: [], args: [] }],
];

describe('what replaces a gang', () => {
  for (const [recorded, spec] of RECORDED) {
    it(`is not an upgrade of the operator from version 0.1.0: ${recorded}`, () => {
      expect(hash(spec)).to.equal(recorded);
    });
  }

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
    { shmSize: '2Gi' },
    { terminationGracePeriodSeconds: 60 },
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
    { successPolicy: 'FirstIndex' as const },
  ]) {
    it(`is not a change of ${Object.keys(change)}`, () => {
      expect(hash(change)).to.equal(hash({}));
    });
  }

  it('is not another order of keys', () => {
    expect(hash({ nodeSelector: { a: '1', b: '2' } })).to.equal(hash({ nodeSelector: { b: '2', a: '1' } }));
  });
});
