import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';

/** How one object's health is read by kstatus, by Argo CD with our Lua, and by Flux with our CEL. */
export interface HealthReading {
  readonly kstatus: string;
  readonly lua: string;
  readonly cel: string;
}

/** An object as far as its health goes. */
export interface JudgedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: object;
  readonly status?: object;
}

/**
 * Reads the health of objects with the tools' own code.
 *
 * @param program the built judge
 * @throws Error when a tool gives no reading
 */
export async function readHealth(program: string, objects: readonly JudgedObject[]): Promise<HealthReading[]> {
  const lua = example('argocd').data as Record<string, string>;
  const cel = example('flux').spec.healthCheckExprs as { kind: string }[];
  const requests = objects.map((object) => ({
    object,
    lua: lua[`resource.customizations.health.rollcall.dev_${object.kind}`],
    cel: cel.find(({ kind }) => kind === object.kind),
  }));
  const judge = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = text(judge.stdout);
  judge.stdin.end(requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
  await once(judge, 'exit');
  return (await answers).split('\n').flatMap((line, index) => {
    if (line === '') return [];
    const reading = JSON.parse(line) as HealthReading & { error?: string };
    if (reading.error !== undefined) throw new Error(`${reading.error}: ${JSON.stringify(objects[index])}`);
    return [reading];
  });
}

function example(name: 'argocd' | 'flux') {
  return parse(readFileSync(join(import.meta.dirname, `../../../examples/health/${name}.yaml`), 'utf8'));
}
