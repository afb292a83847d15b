import { join } from 'node:path';
import { ensureModule } from '../../cluster/build.ts';
import { cliProgress } from '../../cluster/progress.ts';
import { describeMissingGo } from '../../cluster/requirements.ts';
import { expectedReadings, type Snapshot } from './expected.ts';
import { type JudgedObject, readHealth } from './judge.ts';

/** The distinct statuses of some histories, with how they have to be read. */
interface Case {
  readonly object: JudgedObject;
  readonly expected: string;
}

/**
 * Lets the judges read every distinct status of these histories, and prints how many there were by kind and state. Statuses
 * that differ in times only are not distinct.
 *
 * @param histories the successive statuses of one object each
 * @returns the number of distinct statuses
 * @throws Error that shows every status which a judge misread
 */
export async function checkReadings(histories: readonly (readonly Snapshot[])[]): Promise<number> {
  const cases = new Map<string, Case>();
  // An object that the API server takes no status of, because its stored types are wrong, has nothing to read.
  for (const whole of histories) {
    const history = whole.filter(({ status }) => status !== undefined);
    for (const [index, reading] of expectedReadings(history).entries()) {
      const object = history[index] as unknown as JudgedObject & Snapshot;
      const expected = JSON.stringify(reading);
      cases.set(`${expected} ${timeless(object)}`, { object, expected });
    }
  }
  if (cases.size === 0 || (await describeMissingGo('health-judge')).length > 0) return 0;
  const program = join(await ensureModule('health-judge', cliProgress()), 'health-judge');
  const all = [...cases.values()];
  const readings = await readHealth(
    program,
    all.map(({ object }) => object),
  );
  const misread = all.flatMap(({ object, expected }, index) => {
    const { kstatus, lua, cel } = readings[index]!;
    const read = JSON.stringify({ kstatus, lua, cel });
    return read === expected ? [] : [`${read}, not ${expected}: ${JSON.stringify(object)}`];
  });
  console.log(`Health of ${all.length} distinct statuses: ${summary(all)}`);
  if (misread.length > 0) throw new Error(`${misread.length} misread:\n${misread.slice(0, 10).join('\n')}`);
  return all.length;
}

function timeless({ kind, metadata, status }: Snapshot): string {
  const isCurrent = (status?.observedGeneration ?? -1) === metadata.generation;
  const text = JSON.stringify({ ...status, observedGeneration: isCurrent }, (key, value) =>
    key === 'observedGeneration' && typeof value === 'number' ? value === metadata.generation : value,
  );
  return `${kind} ${text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '')}`;
}

function summary(cases: readonly Case[]): string {
  const counts = Map.groupBy(cases, ({ object, expected }) => {
    const { kstatus, lua } = JSON.parse(expected);
    return `${object.kind} ${kstatus}/${lua}`;
  });
  return [...counts]
    .map(([name, { length }]) => `${length} ${name}`)
    .sort()
    .join(', ');
}
