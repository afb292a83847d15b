import { expect } from 'chai';
import { contentHash } from '../../constructs/content-hash.ts';
import { type ComputeJobStatus, computeJobSpec } from '../../constructs/crds/compute-job.ts';
import { waitsForHosts } from '../../constructs/gang-wait.ts';
import type { JobDecision } from '../../reconciler/compute-job/plan/decision.ts';
import type { JobInput } from '../../reconciler/compute-job/plan/input.ts';
import { planJob } from '../../reconciler/compute-job/plan/plan-job.ts';
import type { GangPod } from '../../reconciler/compute-job/pods/gang-pod.ts';
import type { PodState } from '../../reconciler/compute-job/pods/pod-state.ts';
import { isFinished } from '../../reconciler/compute-job/resource/job-status.ts';
import { gangPod, jobInput, NOW } from './compute-jobs.ts';

const NODES = ['n0', 'n1', 'n2', 'n3', 'n4', 'n5'];

/** What may happen between two steps of the operator. */
export type Happening =
  | { readonly type: 'end'; readonly pod: number; readonly outcome: 'Succeeded' | 'Failed' }
  | { readonly type: 'delete' | 'vanish'; readonly pod: number }
  | { readonly type: 'toggle'; readonly node: number }
  | {
      readonly type: 'edit';
      readonly parallelism: number;
      readonly command: string;
      readonly suspend: boolean;
      readonly waitForHosts: boolean;
    };

/** Pods that the API server rejects: for good, or for a reason that may be transient. */
export interface Rejections {
  readonly rejected: readonly number[];
  readonly how: 'Rejected' | 'Transient' | 'Lasting';
}

/** Hash of the addresses file of a pod that has no addresses yet. */
const NO_ADDRESSES = contentHash('');

/** A cluster as one job sees it: an API server with its status and pods, a kubelet, and a free choice of nodes. */
export class JobCluster {
  spec = computeJobSpec.parse({ command: ['a'], parallelism: 3, backoffLimit: 2 });
  status: ComputeJobStatus = {};
  now = NOW;
  readonly pods = new Map<string, GangPod>();
  readonly failed = new Set<string>();
  readonly attemptsWithFailure = new Set<number>();
  readonly successes = new Set<string>();
  /** Names of the pods that were ever admitted. */
  readonly admitted = new Set<string>();
  /** By a pod's name: the smallest size that its gang has had since it was created. */
  readonly gangSizes = new Map<string, number>();

  /** One step of the operator, which is killed before its write number `writes`; pods of these indexes are rejected. */
  step(writes: number, { rejected = [], how = 'Rejected' }: Partial<Rejections> = {}): void {
    let left = writes;
    const write = (effect: () => void) => {
      if (left-- > 0) effect();
    };
    const decision = this.decide();
    write(() => {
      this.checkStatus(decision);
      this.status = decision.status;
      for (const [name, size] of this.gangSizes) {
        this.gangSizes.set(name, Math.min(size, decision.status.nodes?.length ?? 0));
      }
    });
    for (const { pod } of decision.deletePods) write(() => this.remove(pod));
    for (const index of decision.createIndexes)
      if (!rejected.includes(index)) write(() => this.create(index, decision));
    const torn = decision.createIndexes.find((index) => rejected.includes(index));
    if (torn !== undefined) {
      const message = `pod ${torn} is rejected`;
      // What the operator makes of it in the same step; a reason that may pass has done so for long enough, or not yet.
      const forMs = how === 'Transient' ? 1_000 : 600_000;
      const more = how === 'Rejected' ? { podRejection: message } : { incomplete: { message, forMs } };
      const next = this.decide(more);
      write(() => {
        this.checkStatus(next);
        this.status = next.status;
      });
      for (const { pod } of next.deletePods) write(() => this.remove(pod));
      return;
    }
    for (const { name } of decision.ungate ?? []) write(() => this.ungate(name));
    for (const { pod, addresses } of decision.hosts?.annotate ?? []) write(() => this.annotate(pod.name, addresses));
  }

  decide(more: Partial<JobInput> = {}): JobDecision {
    const input = jobInput({
      ...more,
      spec: this.spec,
      status: this.status,
      pods: [...this.pods.values()],
      failedNodes: [...this.failed],
      now: this.now,
    });
    const { request, ...decision } = planJob(input);
    if (request === undefined) return decision;
    const busy = new Set([...request.avoided, ...this.failed]);
    const assignment = [...request.preferred, ...NODES].filter(
      (node, i, all) => !busy.has(node) && all.indexOf(node) === i,
    );
    if (assignment.length < request.count) return decision;
    return planJob({ ...input, assignment: assignment.slice(0, request.count) });
  }

  /** What the kubelets do: stop what was told to, start the rest. */
  settle(): void {
    for (const [name, pod] of this.pods) {
      if (this.failed.has(pod.node)) continue;
      if (pod.stopBy !== undefined) this.pods.delete(name);
      else if (pod.state.type === 'Unbound' && pod.addressesHash !== undefined) this.start(pod, { type: 'Starting' });
      else if (pod.state.type === 'Unbound' || this.hasAddresses(pod)) this.start(pod, { type: 'Running' });
    }
    this.now += 600_000;
  }

  /** Its init container has what it waits for. */
  private hasAddresses({ state, addressesHash }: GangPod): boolean {
    return state.type === 'Starting' && !state.gated && addressesHash !== undefined && addressesHash !== NO_ADDRESSES;
  }

  /** All or none: where the command of one pod runs, all of its gang were admitted. */
  private start(pod: GangPod, state: PodState): void {
    this.pods.set(pod.name, { ...pod, state, addresses: [`10.0.0.${pod.index + 1}`] });
    if (state.type !== 'Running') return;
    for (let index = 0; index < this.gangSizes.get(pod.name)!; index++) {
      const { name } = gangPod(index, undefined, { attempt: pod.attempt });
      expect(this.admitted.has(name), `${pod.name} runs; ${name} was admitted`).to.equal(true);
    }
  }

  private ungate(name: string): void {
    const pod = this.pods.get(name);
    if (pod?.state.type === 'Starting' && pod.state.gated) {
      this.pods.set(name, { ...pod, state: { type: 'Unbound' } });
    }
  }

  private annotate(name: string, addresses: string | undefined): void {
    const pod = this.pods.get(name);
    if (pod === undefined) return;
    const addressesHash = addresses === undefined ? pod.addressesHash : contentHash(addresses);
    const hosts = this.status.nodes?.length ?? 0;
    this.pods.set(name, { ...pod, hosts, ...(addressesHash !== undefined && { addressesHash }) });
  }

  happen(happening: Happening): void {
    if (happening.type === 'edit') {
      if (isFinished(this.status)) return;
      const { parallelism, command, suspend, waitForHosts } = happening;
      this.spec = { ...this.spec, parallelism, command: [command], suspend, waitForHosts };
    } else if (happening.type === 'toggle') {
      const node = NODES[happening.node]!;
      if (!this.failed.delete(node)) this.failed.add(node);
    } else {
      const pod = [...this.pods.values()][happening.pod];
      if (pod === undefined) return;
      if (happening.type === 'vanish') this.pods.delete(pod.name);
      else if (happening.type === 'delete') this.remove(pod);
      else if (happening.type === 'end' && pod.state.type === 'Running' && !this.failed.has(pod.node)) {
        this.end(pod, happening.outcome);
      }
    }
  }

  end(pod: GangPod, type: 'Succeeded' | 'Failed'): void {
    const state: PodState = type === 'Succeeded' ? { type } : { type, message: 'exit code 1' };
    this.pods.set(pod.name, { ...pod, state, finished: true, ended: this.now });
    if (type === 'Failed') this.attemptsWithFailure.add(pod.attempt);
    else this.successes.add(`${pod.attempt}/${pod.index}`);
  }

  private remove(pod: GangPod): void {
    const there = this.pods.get(pod.name);
    if (there === undefined) return;
    if (there.finished) this.pods.delete(pod.name);
    else this.pods.set(pod.name, { ...there, stopBy: this.now, state: { type: 'Lost', message: 'it was deleted' } });
  }

  private create(index: number, { gated }: JobDecision): void {
    const { attempt = 0, nodes = [] } = this.status;
    const name = gangPod(index, undefined, { attempt }).name;
    if (this.pods.has(name)) return;
    const node = nodes[index]!;
    const rivals = [...this.pods.values()].filter((pod) => pod.node === node && !pod.finished);
    expect(rivals, `pods of the job on ${node}`).to.deep.equal([]);
    const waits = waitsForHosts(this.spec) && !gated;
    this.admitted.add(name);
    this.gangSizes.set(name, nodes.length);
    this.pods.set(
      name,
      gangPod(index, gated ? { type: 'Starting', gated: true } : { type: 'Unbound' }, {
        attempt,
        node,
        unboundSince: this.now,
        hosts: nodes.length,
        ...(waits && { addressesHash: NO_ADDRESSES }),
        addresses: [],
      }),
    );
  }

  private checkStatus({ status }: JobDecision): void {
    const before = this.status;
    expect(status.attempt ?? 0).to.be.at.least(before.attempt ?? 0);
    expect(status.endedAttempt ?? 0).to.be.at.least(before.endedAttempt ?? 0);
    expect(new Set(status.nodes).size, 'distinct nodes').to.equal(status.nodes?.length ?? 0);
    expect(status.failed ?? 0, 'failures counted').to.be.at.most(this.attemptsWithFailure.size);
    if (isFinished(before)) expect(status.state).to.equal(before.state);
    if (status.state !== 'Completed' || before.state === 'Completed') return;
    for (let index = 0; index < this.spec.parallelism; index++) {
      expect(this.successes.has(`${status.attempt}/${index}`), `success of index ${index}`).to.equal(true);
    }
  }
}
