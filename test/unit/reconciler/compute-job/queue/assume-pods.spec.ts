import { expect } from 'chai';
import type { ComputeJobStatus } from '../../../../../constructs/crds/compute-job.ts';
import { assumePods } from '../../../../../reconciler/compute-job/queue/assume-pods.ts';
import { Ledger } from '../../../../../reconciler/compute-job/queue/ledger.ts';
import type { ComputeJobObject } from '../../../../../reconciler/compute-job/resource/compute-job-object.ts';

const job = (status?: ComputeJobStatus) =>
  ({
    metadata: { namespace: 'ns', name: 'train', uid: 'u' },
    spec: { command: ['x'], resources: { requests: { cpu: 2 } } },
    ...(status && { status }),
  }) as unknown as ComputeJobObject;

/** Keys of the pods that a new operator assumes for a job with this status. */
function assumed(status?: ComputeJobStatus, ledger = new Ledger()): readonly string[] {
  assumePods(job(status), ledger);
  return ledger.podsOf('ns/train');
}

const ACTIVE = { attempt: 2, endedAttempt: 1, nodes: ['n0', 'n1', 'n2'] };

describe('pods that a new operator assumes', () => {
  it('are those of an active attempt that do not exist yet, with their requests on their nodes', () => {
    const ledger = new Ledger();
    const pods = assumed(ACTIVE, ledger);
    expect(pods).to.deep.equal(['ns/train-gang-2-0', 'ns/train-gang-2-1', 'ns/train-gang-2-2']);
    expect(ledger.allocated('n1')).to.deep.equal({ amounts: { cpu: 2000, pods: 1 }, jobs: ['ns/train'] });
  });

  it('are none of indexes that have started or succeeded: such a pod is gone, and its gang restarts or is done', () => {
    expect(assumed({ ...ACTIVE, started: 1, completedIndexes: '1' })).to.deep.equal(['ns/train-gang-2-2']);
  });

  it('are none of an attempt that has ended, and none of a job that never had one', () => {
    expect(assumed({ ...ACTIVE, endedAttempt: 2 })).to.deep.equal([]);
    expect(assumed({})).to.deep.equal([]);
    expect(assumed()).to.deep.equal([]);
  });

  it('do not replace pods that exist, whatever these request', () => {
    const ledger = new Ledger();
    ledger.setPod('ns/train-gang-2-0', { node: 'n9', requests: { cpu: 1 }, job: 'ns/train' });
    assumed(ACTIVE, ledger);
    expect(ledger.allocated('n9').amounts).to.deep.equal({ cpu: 1 });
    expect(ledger.allocated('n0').amounts).to.deep.equal({});
  });

  it('are as many as a gang can have, however many nodes somebody wrote into the status', () => {
    const nodes = Array.from({ length: 5_000 }, (_, index) => `n${index}`);
    expect(assumed({ ...ACTIVE, nodes })).to.have.length(1_000);
  });
});
