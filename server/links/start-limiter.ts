/**
 * Lets no more than so much work start in one turn of the event loop; the rest waits for the next turns, in order. Without
 * it a process that is short of CPU would send everything that is due in one turn, come to the answers only after their
 * timeouts, and so get ever less done the more there is to do.
 */
export class StartLimiter {
  readonly #perTurn: number;
  #left: number;
  #waiting: Task[] = [];
  #scheduled = false;

  /** @param perTurn in the unit of the tasks' costs */
  constructor(perTurn: number) {
    this.#perTurn = perTurn;
    this.#left = perTurn;
  }

  /** Runs the task now if this turn has room for it, else in a later one. */
  run(cost: number, task: () => void): void {
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => this.#nextTurn());
    }
    // What costs more than a whole turn has one for itself.
    if (this.#waiting.length > 0 || (cost > this.#left && this.#left < this.#perTurn)) {
      this.#waiting.push({ cost, run: task });
      return;
    }
    this.#left -= cost;
    task();
  }

  #nextTurn(): void {
    this.#scheduled = false;
    this.#left = this.#perTurn;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { cost, run } of waiting) this.run(cost, run);
  }
}

interface Task {
  readonly cost: number;
  readonly run: () => void;
}
