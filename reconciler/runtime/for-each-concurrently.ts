/** Runs an action on every item, a bounded number of them at once, and throws the first failure once all have ended. */
export async function forEachConcurrently<T>(
  items: readonly T[],
  atOnce: number,
  action: (item: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const rest = items.values();
  const work = async () => {
    for (const item of rest) await action(item).catch((error) => failures.push(error));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  if (failures.length > 0) throw failures[0];
}
