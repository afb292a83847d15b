import { expect } from 'chai';
import { Ledger } from '../../reconciler/compute-job/queue/ledger.ts';
import { eligibilityKey } from '../../reconciler/compute-job/queue/node-table.ts';
import { Scheduler } from '../../reconciler/compute-job/queue/scheduler.ts';
import type { Amounts } from '../../reconciler/node-resources/amounts.ts';
import { ledgerNode, placementRequest } from './compute-jobs.ts';

/** How long a job may be bypassed before nodes may be reserved for it. */
const BYPASS_MS = 5 * 60_000;
/** How long a job avoids a node on which its pod was not bound. */
const AVOID_MS = 5 * 60_000;

interface Job {
  readonly key: string;
  readonly namespace: string;
  count: number;
  readonly cpu: number;
  readonly priority: number;
  /** Only nodes with a disk. */
  readonly picky: boolean;
  readonly created: number;
  /** `Away`: its pods are rejected, so it asks for nothing. */
  state: 'Queued' | 'Placed' | 'Away';
  /** Number of its requests, of which each is another one to the scheduler. */
  asked: number;
  queuedSince: number;
  readonly avoided: Map<string, number>;
}

interface Node {
  readonly name: string;
  readonly cpu: number;
  readonly disk: boolean;
  running: boolean;
  /** CPUs that pods of others take. */
  others: number;
}

/** What may happen to the jobs and nodes. */
export type QueueEvent =
  | { readonly type: 'submit'; readonly job: Pick<Job, 'namespace' | 'count' | 'cpu' | 'priority' | 'picky'> }
  | {
      readonly type: 'end' | 'reject' | 'dry-run' | 'retry' | 'delete';
      readonly which: number;
      readonly avoid: boolean;
    }
  | { readonly type: 'edit'; readonly which: number; readonly count: number }
  | { readonly type: 'node'; readonly which: number }
  | { readonly type: 'others'; readonly which: number }
  | { readonly type: 'wait'; readonly minutes: number };

/** Jobs in which state an event may befall; undefined: any. */
const AFFECTED = {
  end: 'Placed',
  reject: 'Placed',
  'dry-run': 'Queued',
  retry: 'Away',
  edit: 'Queued',
  delete: undefined,
} as const;
type JobEvent = Extract<QueueEvent, { readonly type: keyof typeof AFFECTED }>;

/** A cluster as its users see it, in CPUs: what was asked for, and which nodes the scheduler has given to whom. */
export class QueueWorld {
  readonly jobs = new Map<string, Job>();
  readonly #nodes: Node[];
  readonly #ledger = new Ledger();
  readonly #timers = new Set<{ readonly due: number; readonly callback: () => void }>();
  readonly #scheduler: Scheduler;
  #now = 0;
  #submitted = 0;

  constructor(nodes: readonly Pick<Node, 'cpu' | 'disk'>[]) {
    this.#nodes = nodes.map((node, n) => ({ ...node, name: `n${n}`, running: true, others: 0 }));
    this.#scheduler = new Scheduler({
      ledger: this.#ledger,
      now: () => this.#now,
      after: (ms, callback) => {
        const timer = { due: this.#now + ms, callback };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      ready: () => true,
      onDecided: () => {},
      onPass: () => {},
    });
    for (const node of this.#nodes) this.#observe(node);
  }

  happen(event: QueueEvent): void {
    if (event.type === 'submit') this.#submit(event.job);
    else if (event.type === 'wait') this.#advance(event.minutes * 60_000);
    else if (event.type === 'node' || event.type === 'others') this.#changeNode(event.type, event.which);
    else {
      const state = AFFECTED[event.type];
      const jobs = [...this.jobs.values()].filter((job) => state === undefined || job.state === state);
      if (jobs.length > 0) this.#changeJob(jobs[event.which % jobs.length]!, event);
    }
    this.#advance(1_000);
    this.#takeDecisions();
  }

  #changeJob(job: Job, event: JobEvent): void {
    const nodes = this.#nodesOf(job);
    if (event.type === 'edit') job.count = event.count;
    else if (event.type === 'end' || event.type === 'delete') this.jobs.delete(job.key);
    else if (event.type === 'reject' || event.type === 'dry-run') job.state = 'Away';
    if (event.type === 'retry' || event.type === 'edit') this.#ask(job);
    else if (event.type === 'end' || event.type === 'delete') this.#scheduler.forget(job.key, new Set());
    else {
      if (event.type === 'reject' && event.avoid) this.#avoid(job, nodes[0]!);
      this.#scheduler.withdraw(job.key, new Set());
    }
  }

  #submit(wanted: Pick<Job, 'namespace' | 'count' | 'cpu' | 'priority' | 'picky'>): void {
    const key = `${wanted.namespace}/job-${this.#submitted++}`;
    const job: Job = {
      ...wanted,
      key,
      created: this.#now,
      state: 'Away',
      asked: 0,
      queuedSince: 0,
      avoided: new Map(),
    };
    this.jobs.set(key, job);
    this.#ask(job);
  }

  #ask(job: Job): void {
    const { key, priority, created, picky, count } = job;
    if (job.state !== 'Queued') job.queuedSince = this.#now;
    job.state = 'Queued';
    job.asked++;
    const filter = { nodeSelector: diskLabels(picky), tolerations: [] };
    const request = {
      key,
      id: String(job.asked),
      priority,
      created,
      attempt: job.asked,
      requests: { cpu: job.cpu, pods: 1 },
    };
    this.#scheduler.submit(placementRequest(count, { ...request, ...filter, eligibilityKey: eligibilityKey(filter) }));
  }

  #avoid(job: Job, node: string): void {
    job.avoided.set(node, this.#now + AVOID_MS);
    this.#scheduler.avoid(job.key, [node]);
  }

  #changeNode(what: 'node' | 'others', which: number): void {
    const node = this.#nodes[which % this.#nodes.length]!;
    if (what === 'others') {
      node.others = node.others > 0 ? 0 : Math.max(0, Math.ceil(this.#free(node) / 2));
      if (node.others === 0) this.#ledger.removePod(`others/${node.name}`);
      else this.#ledger.setPod(`others/${node.name}`, { node: node.name, requests: { cpu: node.others, pods: 1 } });
      this.#scheduler.changed();
      return;
    }
    node.running = !node.running;
    this.#observe(node);
    if (node.running) return;
    for (const job of this.jobs.values()) {
      if (!this.#nodesOf(job).includes(node.name)) continue;
      this.#scheduler.withdraw(job.key, new Set());
      this.#ask(job);
    }
  }

  #observe({ name, running, cpu, disk }: Node): void {
    const allocatable: Amounts = { cpu, pods: 110 };
    const facts = ledgerNode(name, { running, labels: diskLabels(disk), allocatable });
    if (this.#ledger.setNode(facts)) this.#scheduler.changed();
  }

  #advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.due);
      next.callback();
      this.#takeDecisions();
    }
    this.#now = end;
  }

  /** Nodes that were given are given whole, are nodes that the job may have, and had room. */
  #takeDecisions(): void {
    for (const job of this.jobs.values()) {
      if (job.state !== 'Queued') continue;
      const nodes = this.#scheduler.assignment({ key: job.key, id: String(job.asked) });
      if (nodes === undefined) continue;
      job.state = 'Placed';
      expect(new Set(nodes).size, job.key).to.equal(job.count);
      for (const name of nodes) {
        const node = this.#nodes.find((each) => each.name === name)!;
        expect(this.#mayUse(job, node), `${job.key} on ${name}`).to.equal(true);
      }
    }
    for (const node of this.#nodes) if (node.running) expect(this.#free(node), node.name).to.be.at.least(0);
  }

  #nodesOf(job: Job): readonly string[] {
    return job.state === 'Placed' ? this.#scheduler.assignment({ key: job.key, id: String(job.asked) })! : [];
  }

  #mayUse(job: Job, { running, disk, name }: Node): boolean {
    return running && (disk || !job.picky) && !((job.avoided.get(name) ?? 0) > this.#now);
  }

  #free({ name, cpu, others }: Node): number {
    const placed = [...this.jobs.values()].filter((job) => this.#nodesOf(job).includes(name));
    return placed.reduce((free, job) => free - job.cpu, cpu - others);
  }

  /** Whoever is in the queue doesn't fit on the nodes that those ahead of it don't need. */
  check(): void {
    const queued = [...this.jobs.values()].filter(({ state }) => state === 'Queued').sort(inOrder);
    const free = new Map(this.#nodes.map((node) => [node, this.#free(node)]));
    /** Of each namespace: what one of its jobs may have reserved, once others have gone ahead of it for long enough. */
    const needed = new Map<string, number>();
    for (const job of queued) {
      const fitting = this.#nodes.filter((node) => this.#mayUse(job, node) && free.get(node)! >= job.cpu);
      const reserved = [...needed.values()].reduce((sum, count) => sum + count, 0);
      expect(fitting.length - reserved, `nodes for ${job.key}`).to.be.lessThan(job.count);
      if (this.#now - job.queuedSince < BYPASS_MS) continue;
      needed.set(job.namespace, Math.max(job.count, needed.get(job.namespace) ?? 0));
    }
    for (const { name } of this.#nodes) {
      const jobs = [...this.jobs.values()].filter((job) => this.#nodesOf(job).includes(name));
      expect(this.#ledger.allocated(name).jobs, name).to.deep.equal(jobs.map(({ key }) => key).sort());
    }
  }

  /** Nothing new comes, every node is there, and what runs ends: all that can ever run do. */
  drain(): void {
    for (const [n, node] of this.#nodes.entries()) {
      if (!node.running) this.#changeNode('node', n);
      if (node.others > 0) this.#changeNode('others', n);
    }
    const possible = ({ count, cpu, picky }: Job) =>
      this.#nodes.filter((node) => node.cpu >= cpu && (node.disk || !picky)).length >= count;
    for (const job of [...this.jobs.values()]) if (job.state === 'Away') this.#ask(job);
    const left = () => [...this.jobs.values()].filter(possible).map(({ key }) => key);
    for (let round = 0; round < 100 && left().length > 0; round++) {
      this.#advance(10 * 60_000);
      this.#takeDecisions();
      this.check();
      for (const job of [...this.jobs.values()]) {
        if (job.state === 'Placed') this.#changeJob(job, { type: 'end', which: 0, avoid: false });
      }
    }
    expect(left()).to.deep.equal([]);
  }
}

function diskLabels(disk: boolean): Record<string, string> {
  return disk ? { disk: 'yes' } : {};
}

function inOrder(a: Job, b: Job): number {
  return b.priority - a.priority || a.created - b.created || (a.key < b.key ? -1 : 1);
}
