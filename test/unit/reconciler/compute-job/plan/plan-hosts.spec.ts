import { expect } from 'chai';
import { contentHash } from '../../../../../constructs/content-hash.ts';
import type { ComputeJobStatus } from '../../../../../constructs/crds/compute-job.ts';
import { planHosts } from '../../../../../reconciler/compute-job/plan/plan-hosts.ts';
import type { GangPod } from '../../../../../reconciler/compute-job/pods/gang-pod.ts';
import type { HostsUpdate } from '../../../../../reconciler/compute-job/pods/update-hosts.ts';
import { gangPod, NOW, runningInput } from '../../../../support/compute-jobs.ts';

const SERVICE = { serviceName: 'train-gang-1-abcde' };
const STARTING = { type: 'Starting' } as const;

/** A pod whose init container waits, with or without an address. */
const waiting = (index: number, more: Partial<GangPod> = {}) =>
  gangPod(index, STARTING, { addressesHash: contentHash(''), slots: 1, ...more });

function plan(pods: readonly GangPod[], status: ComputeJobStatus = {}, spec = {}): HostsUpdate {
  const input = runningInput({ pods, spec, status: { ...SERVICE, ...status } });
  return planHosts(input, input.status);
}

const published = ({ publish }: HostsUpdate) => publish?.map(({ index }) => index);
const annotated = ({ annotate }: HostsUpdate) => annotate.map(({ pod }) => pod.index);

describe('names of a gang', () => {
  it('are published together, when each of its pods has an address', () => {
    const first = [waiting(0), waiting(1), waiting(2, { addresses: [] })];
    expect(plan(first)).to.deep.equal({ annotate: [] });
    expect(published(plan([waiting(2), waiting(0), waiting(1)]))).to.deep.equal([0, 1, 2]);
  });

  it('are given to the pods that wait, each starting with its own', () => {
    const { annotate } = plan([waiting(0), waiting(1), waiting(2)]);
    const lines = [0, 1, 2].map(
      (index) => `train-${index}.train-gang-1-abcde.demo.svc.cluster.local. 10.0.0.${index + 1}\n`,
    );
    expect(annotate.map(({ addresses }) => addresses)).to.deep.equal([
      lines.join(''),
      [lines[1], lines[2], lines[0]].join(''),
      [lines[2], lines[0], lines[1]].join(''),
    ]);
  });

  it('are given once, and again when the address of a waiting pod has changed', () => {
    const { annotate } = plan([waiting(0), waiting(1), waiting(2)]);
    const [zero, one, two] = annotate.map(({ pod, addresses }) => ({ ...pod, addressesHash: contentHash(addresses!) }));
    expect(annotated(plan([zero!, one!, two!]))).to.deep.equal([]);
    expect(annotated(plan([zero!, one!, { ...two!, addresses: ['10.0.0.9'] }]))).to.deep.equal([0, 1, 2]);
    const running = { ...zero!, state: { type: 'Running' } as const };
    expect(annotated(plan([running, one!, { ...two!, addresses: ['10.0.0.9'] }]))).to.deep.equal([1, 2]);
  });

  it('are gathered for two seconds where the gang does not wait, and then published as they come', () => {
    const spec = { waitForHosts: false };
    const bare = [0, 1, 2].map((index) => gangPod(index, STARTING, { slots: 1, startingSince: NOW - 500 }));
    const partly = [bare[0]!, bare[1]!, { ...bare[2]!, addresses: [] }];
    expect(plan(partly, {}, spec)).to.deep.equal({ annotate: [], requeueAfterMs: 1_500 });
    expect(published(plan(bare, {}, spec))).to.deep.equal([0, 1, 2]);
    const late = partly.map((pod) => ({ ...pod, startingSince: NOW - 2_000 }));
    expect(plan(late, {}, spec))
      .to.deep.include({ annotate: [] })
      .and.not.to.have.property('requeueAfterMs');
    expect(published(plan(late, {}, spec))).to.deep.equal([0, 1]);
  });

  it('of a joining pod are given to the others only once they resolve', () => {
    const status = { nodes: ['n0', 'n1', 'n2', 'n3'] };
    const old = [0, 1, 2].map((index) => gangPod(index, undefined, { slots: 1 }));
    expect(plan([...old, waiting(3, { addresses: [], hosts: 4 })], status)).to.deep.equal({ annotate: [] });
    const joined = plan([...old, waiting(3, { hosts: 4 })], status);
    expect(published(joined)).to.deep.equal([0, 1, 2, 3]);
    expect(annotated(joined)).to.deep.equal([0, 1, 2, 3]);
    expect(joined.annotate.map(({ addresses }) => addresses === undefined)).to.deep.equal([true, true, true, false]);
  });

  it('of a surplus pod resolve until it has finished, but are no longer given to others', () => {
    const status = { nodes: ['n0', 'n1'] };
    const pods = [0, 1].map((index) => gangPod(index, undefined, { slots: 1 }));
    const leaving = gangPod(2, { type: 'Lost', message: 'it was deleted' }, { stopBy: NOW + 30_000 });
    expect(published(plan([...pods, leaving], status))).to.deep.equal([0, 1, 2]);
    expect(annotated(plan([...pods, leaving], status))).to.deep.equal([0, 1]);
    expect(published(plan([...pods, { ...leaving, finished: true }], status))).to.deep.equal([0, 1]);
  });

  it('stay while one of its pods has yet to stop, and go with the last', () => {
    const ended = { endedAttempt: 1 };
    const pods = [0, 1, 2].map((index) => gangPod(index, undefined, { stopBy: NOW + 30_000 }));
    expect(plan(pods, ended)).to.deep.equal({ annotate: [] });
    expect(
      plan(
        pods.map((pod) => ({ ...pod, finished: true })),
        ended,
      ),
    ).to.deep.equal({ publish: [], annotate: [] });
  });

  it('of an earlier attempt do not belong to this one', () => {
    const former = gangPod(1, undefined, { attempt: 0, addresses: ['10.0.0.99'] });
    const { publish } = plan([waiting(0), waiting(1), waiting(2), former]);
    expect(publish?.flatMap(({ addresses }) => addresses)).to.deep.equal(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
  });

  it('are left to the cluster where an older operator has started the gang, whose hosts file still follows', () => {
    const input = runningInput({ status: { nodes: ['n0', 'n1'] } });
    expect(planHosts(input, input.status)).to.have.all.keys('annotate');
    expect(annotated(planHosts(input, input.status))).to.deep.equal([0, 1]);
  });

  it('bring a change of slotsPerNode to its pods without a restart', () => {
    const pods = [0, 1, 2].map((index) => gangPod(index, undefined, { slots: 1 }));
    expect(annotated(plan(pods, {}, { slotsPerNode: 4 }))).to.deep.equal([0, 1, 2]);
  });
});
