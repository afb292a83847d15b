import { expect } from 'chai';
import type { ComputeJobContext } from '../../../../reconciler/compute-job/context.ts';
import { Ledger } from '../../../../reconciler/compute-job/queue/ledger.ts';
import { Scheduler } from '../../../../reconciler/compute-job/queue/scheduler.ts';
import { reconcileComputeJob } from '../../../../reconciler/compute-job/reconcile.ts';
import {
  type ComputeJobObject,
  readJob,
  reduceJob,
} from '../../../../reconciler/compute-job/resource/compute-job-object.ts';
import { StatusRateLimiter } from '../../../../reconciler/compute-job/resource/status-rate-limiter.ts';
import { writeStatus } from '../../../../reconciler/compute-job/resource/write-status.ts';
import { Cache } from '../../../../reconciler/kube/cache.ts';
import type { KubeClient } from '../../../../reconciler/kube/client.ts';
import { NamespaceMemory } from '../../../../reconciler/kube/namespace-memory.ts';
import type { KubeObject } from '../../../../reconciler/kube/object.ts';
import { ledgerNodes, NOW, placementRequest } from '../../../support/compute-jobs.ts';

const KEY = 'demo/train';
const SPEC = { command: ['train', 'x'.repeat(20_000)], parallelism: 2 };

function jobObject(resourceVersion: string, status?: object): KubeObject {
  const metadata = { name: 'train', namespace: 'demo', uid: 'uid', generation: 1, resourceVersion };
  return {
    apiVersion: 'rollcall.dev/v1alpha1',
    kind: 'ComputeJob',
    metadata,
    spec: SPEC,
    ...(status && { status }),
  } as KubeObject;
}

/** A cache with room for just these bytes beyond what counts nothing, and the job in it. */
function cacheOf(object: KubeObject, maxBytes: number) {
  const jobs = new Cache<ComputeJobObject>({
    transform: readJob,
    bound: { memory: new NamespaceMemory(maxBytes).open(), reduce: reduceJob },
    onEvent: () => {},
  });
  jobs.handleDelta({ type: 'Upsert', object });
  return jobs;
}

describe('a job of a namespace without room for it', () => {
  it('goes on with all of its spec after a status for which there was no more room', async () => {
    const bytes = JSON.stringify(readJob(jobObject('1'))).length - 16 * 1024;
    const jobs = cacheOf(jobObject('1'), bytes);
    const status = { state: 'Starting', attempt: 1, nodes: ['n0', 'n1'] } as const;
    const client = { apply: async () => jobObject('2', status) } as unknown as KubeClient;
    const statusLimiter = new StatusRateLimiter(
      () => 0,
      () => 0,
    );
    const { job } = await writeStatus(jobs.get(KEY)!, status as never, { client, jobs, statusLimiter });
    expect(jobs.isPartial(KEY)).to.equal(true);
    expect(job.spec).to.deep.equal(SPEC);
    expect(job).not.to.have.property('rejection');
    expect([job.metadata.resourceVersion, job.status]).to.deep.equal(['2', status]);
  });

  for (const [what, status, kept] of [
    ['waits for nodes no longer, nor keeps those that it just got', {}, []],
    ['keeps the nodes of a gang that is in its status', { attempt: 1, nodes: ['n0', 'n1'] }, [KEY]],
  ] as const) {
    it(what, async () => {
      const ledger = new Ledger();
      for (const node of ledgerNodes(2)) ledger.setNode(node);
      let pass = () => {};
      const scheduler = new Scheduler({
        ...{ ledger, now: () => 0, ready: () => true, onDecided: () => {}, onPass: () => {} },
        after: (_, callback) => {
          pass = callback;
          return () => {};
        },
      });
      scheduler.submit(placementRequest(2, { key: KEY, attempt: 1, requests: { cpu: 4_000 } }));
      pass();
      expect(ledger.allocated('n0').jobs).to.deep.equal([KEY]);
      const object = jobObject('1', status);
      const context = {
        ...{ scheduler, jobs: cacheOf(object, 0), pods: { indexedBy: () => [] }, render: {} },
        ...{ ready: () => true, now: () => NOW, events: { record: () => {} }, incomplete: { of: () => undefined } },
        statusLimiter: new StatusRateLimiter(
          () => 0,
          () => 0,
        ),
        client: { list: async () => ({ items: [object] }), apply: async () => jobObject('2', status) },
      };
      await reconcileComputeJob(KEY, {} as never, context as unknown as ComputeJobContext);
      expect(ledger.allocated('n0').jobs).to.deep.equal(kept);
      scheduler.submit(placementRequest(3, { key: KEY, id: 'next' }));
      expect(scheduler.waiting).to.equal(1);
      await reconcileComputeJob(KEY, {} as never, context as unknown as ComputeJobContext);
      expect(scheduler.waiting).to.equal(0);
    });
  }
});
