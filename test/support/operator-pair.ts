import { expect } from 'chai';
import type { ControlPlane } from '../cluster/index.ts';
import { eventually } from './eventually.ts';
import { type OperatorProcess, startOperator } from './operator-process.ts';

/** Operators that elect a leader. One that ends is replaced by {@link OperatorPair.replace} only. */
export class OperatorPair {
  readonly #controlPlane: ControlPlane;
  readonly #args: readonly string[];
  readonly #ended = new Set<OperatorProcess>();
  #operators: OperatorProcess[] = [];

  constructor(controlPlane: ControlPlane, args: readonly string[] = []) {
    this.#controlPlane = controlPlane;
    this.#args = args;
  }

  /** Starts one more and waits until its caches are filled. */
  async start(options: { readonly server?: string; readonly env?: Readonly<Record<string, string>> } = {}) {
    const args = ['--leader-elect', 'true', ...this.#args];
    const operator = await startOperator({ ...options, controlPlane: this.#controlPlane, args });
    void operator.exited.then(() => this.#ended.add(operator));
    this.#operators.push(operator);
    return operator;
  }

  /** Those that run. */
  get running(): readonly OperatorProcess[] {
    this.#operators = this.#operators.filter((operator) => !this.#ended.has(operator));
    return this.#operators;
  }

  /** Starts as many as are missing of two. */
  async replace(): Promise<void> {
    while (this.running.length < 2) await this.start();
  }

  /** Waits until one of them leads, other than `former`; asks no frozen one. */
  leader(timeoutMs: number, former?: OperatorProcess): Promise<OperatorProcess> {
    return eventually(async () => {
      for (const operator of this.running) {
        if (operator !== former && (await leads(operator))) return operator;
      }
      return expect.fail('nobody leads');
    }, timeoutMs);
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.running.map((operator) => {
        operator.signal('SIGCONT');
        operator.signal('SIGKILL');
        return operator.exited;
      }),
    );
  }
}

function leads(operator: OperatorProcess): Promise<boolean> {
  return operator.metric('leader_election_master_status').then(
    (status) => status === 1,
    () => false,
  );
}
