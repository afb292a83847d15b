import { expect } from 'chai';
import type { ComputeJobContext } from '../../../../reconciler/compute-job/context.ts';
import { reconcileComputeJob } from '../../../../reconciler/compute-job/reconcile.ts';
import { readJob } from '../../../../reconciler/compute-job/resource/compute-job-object.ts';
import { NOW } from '../../../support/compute-jobs.ts';

const END = new Date(NOW).toISOString();

/** What becomes of a finished job with this spec, so many milliseconds after its end. */
async function fate(spec: object, ms: number) {
  const deleted: string[] = [];
  const object = {
    apiVersion: 'rollcall.dev/v1alpha1',
    kind: 'ComputeJob',
    metadata: { name: 'done', namespace: 'demo', uid: 'uid' },
    spec,
    status: { state: 'Completed', endTime: END },
  };
  const context = {
    ready: () => true,
    jobs: { get: () => readJob(object), isPartial: () => false },
    pods: { indexedBy: () => [] },
    incomplete: { of: () => undefined },
    render: {},
    now: () => NOW + ms,
    client: { delete: async (_: unknown, { name }: { name: string }) => deleted.push(name) },
  };
  const result = await reconcileComputeJob('demo/done', {} as never, context as unknown as ComputeJobContext);
  return { result, deleted };
}

describe('a finished job whose spec would be refused today', () => {
  for (const [what, spec] of [
    ['is invalid', { command: [], parallelism: -1 }],
    ['is too large', { command: ['x'.repeat(1_000_000)] }],
  ] as const) {
    it(`is deleted when its time is over, though it ${what}, and nothing else is done with it`, async () => {
      const ttl = { ...spec, ttlSecondsAfterFinished: 60 };
      expect(await fate(ttl, 59_000)).to.deep.equal({ result: { type: 'RequeueAfter', ms: 1_000 }, deleted: [] });
      expect((await fate(ttl, 60_000)).deleted).to.deep.equal(['done']);
      expect((await fate(spec, 1e9)).deleted).to.deep.equal([]);
      expect((await fate({ ...spec, ttlSecondsAfterFinished: 'soon' }, 1e9)).deleted).to.deep.equal([]);
    });
  }
});
