/**
 * Runs no more than so many tasks in one turn of the event loop; the rest wait for the next turns, in order. Without it a
 * process that is short of CPU would send everything that is due in one turn, come to the answers only after their
 * timeouts, and so get ever less done the more there is to do.
 */
export class Pacer {
  readonly #perTurn: number;
  #left: number;
  #waiting: (() => void)[] = [];
  #scheduled = false;

  constructor(perTurn: number) {
    this.#perTurn = perTurn;
    this.#left = perTurn;
  }

  /** Runs the task now if this turn has room for it, else in a later one. */
  run(task: () => void): void {
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => this.#nextTurn());
    }
    if (this.#left === 0) {
      this.#waiting.push(task);
      return;
    }
    this.#left--;
    task();
  }

  #nextTurn(): void {
    this.#scheduled = false;
    this.#left = this.#perTurn;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const task of waiting) this.run(task);
  }
}
