/**
 * Lets so many tasks run at once, and so many of each tenant; the others wait, those of a tenant in order.
 *
 * *Guarantees*: whose turn it is goes round the tenants that wait, so that a tenant waits for no more than one task of every other
 * one; a place that gets free is taken by somebody who waits before a newcomer can.
 */
export class TenantSemaphore {
  readonly #limit: number;
  readonly #perTenant: number;
  /** Of each tenant that has some: those that run, and those that wait. The one whose turn is next first. */
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
