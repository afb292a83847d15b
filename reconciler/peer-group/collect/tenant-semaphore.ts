/**
 * Limits how many tasks run at once, in total and for each tenant; the tasks of a tenant run in order.
 *
 * *Guarantees*: tenants take turns, so that a tenant waits for at most one task of each other
 * one; waiting tasks take precedence over new ones.
 */
export class TenantSemaphore {
  readonly #limit: number;
  readonly #perTenant: number;
  /** Running and waiting tasks of each tenant, in the order of their turns. */
  readonly #tenants = new Map<string, { running: number; readonly waiting: (() => void)[] }>();
  #running = 0;

  constructor(limit: number, perTenant: number) {
    this.#limit = limit;
    this.#perTenant = perTenant;
  }

  async run<T>(tenant: string, task: () => Promise<T>): Promise<T> {
    const own = this.#tenants.get(tenant) ?? { running: 0, waiting: [] };
    this.#tenants.set(tenant, own);
    if (this.#running < this.#limit && own.running < this.#perTenant && own.waiting.length === 0) {
      this.#running++;
      own.running++;
    } else {
      await new Promise<void>((resolve) => own.waiting.push(resolve));
    }
    try {
      return await task();
    } finally {
      this.#running--;
      own.running--;
      if (own.running === 0 && own.waiting.length === 0) this.#tenants.delete(tenant);
      this.#next();
    }
  }

  #next(): void {
    for (const [tenant, own] of this.#tenants) {
      if (own.running >= this.#perTenant) continue;
      const next = own.waiting.shift();
      if (next === undefined) continue;
      this.#running++;
      own.running++;
      this.#tenants.delete(tenant);
      this.#tenants.set(tenant, own);
      next();
      return;
    }
  }
}
