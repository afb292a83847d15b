import { expect } from 'chai';
import { objectSchema } from '../../constructs/crds/custom-resource.ts';
import { KINDS } from '../../constructs/crds/kinds.ts';
import type { ResourceType } from '../../reconciler/kube/resource-type.ts';
import { controlPlane } from './control-plane.ts';
import { eventually } from './eventually.ts';
import type { LargestObject } from './largest-objects.ts';
import { sumSeries } from './metrics-text.ts';
import { openWorld, type World } from './world.ts';

/** What rules may add to a write, in milliseconds. */
const MAX_COST_MS = 50;
const WRITES = 5;
/** Batches of writes until their least cost is believed: the API server has other things to do at times. */
const MIN_BATCHES = 3;
const MAX_BATCHES = 20;

/** The same definition twice: with its rules, and without any, to compare. */
const GROUPS = { ruled: 'ruled.test', bare: 'bare.test' } as const;

/** Milliseconds of the API server's CPU for a write of a label, and of a status. */
interface Cost {
  readonly label: number;
  readonly status: number;
}

/** Call it in a `describe`: a case for each of these objects. */
export function writeCostCases(objects: readonly LargestObject[]): void {
  const definitions = Object.values(GROUPS).flatMap((group) => KINDS.map((kind) => definition(kind, group)));
  let world: World;

  before(async function () {
    this.timeout(120_000);
    world = openWorld(controlPlane());
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: definitions });
    await controlPlane().kubectl(['create', '-f', '-'], { input });
    for (const { metadata } of definitions)
      await controlPlane().kubectl(['wait', '--for=condition=Established', `crd/${metadata.name}`, '--timeout=30s']);
  });

  after(async function () {
    this.timeout(60_000);
    await world?.close();
    await controlPlane().kubectl(['delete', 'crd', ...definitions.map(({ metadata }) => metadata.name)]);
  });

  for (const { kind, title, spec, status } of objects) {
    it(`cost a write of a ${kind} with ${title} little`, async function () {
      this.timeout(120_000);
      const cost = async (group: string, enough: Cost) => {
        const type = typeOf(kind, group);
        const target = { name: 'largest', ...(type.namespaced && { namespace: 'default' }) };
        const object = { apiVersion: `${group}/v1alpha1`, kind, metadata: target, spec };
        const { metadata } = await eventually(() => world.client.create(type, object, 'test'), 20_000);
        try {
          if (status) {
            const body = { ...object, spec: undefined, status };
            await world.client.apply(type, body, { fieldManager: 'status', subresource: 'status' });
          }
          const label = (i: number) =>
            world.client.mergePatch(type, target, { metadata: { labels: { n: String(i) } } }, 'test');
          const observe = (i: number) =>
            world.client.apply(
              type,
              { ...object, spec: undefined, status: { ...(status ?? {}), observedGeneration: i } },
              { fieldManager: 'status', subresource: 'status' },
            );
          return { label: await cpuOf(label, enough.label), status: await cpuOf(observe, enough.status) };
        } finally {
          await world.client.delete(type, { ...target, uid: metadata.uid! });
        }
      };
      const bare = await cost(GROUPS.bare, { label: Number.POSITIVE_INFINITY, status: Number.POSITIVE_INFINITY });
      const ruled = await cost(GROUPS.ruled, { label: bare.label + MAX_COST_MS, status: bare.status + MAX_COST_MS });
      expect(ruled.label - bare.label, 'of a label').to.be.below(MAX_COST_MS);
      expect(ruled.status - bare.status, 'of a status').to.be.below(MAX_COST_MS);
    });
  }
}

/**
 * CPU time of the API server for a write, in milliseconds: the least of some batches, and of more until it is less than enough.
 * So other work of the API server makes the test slower and no redder.
 */
async function cpuOf(write: (i: number) => Promise<unknown>, enough: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < MIN_BATCHES || (batch < MAX_BATCHES && best >= enough); batch++) {
    const before = await cpuSeconds();
    for (let i = 1; i <= WRITES; i++) await write(batch * WRITES + i);
    best = Math.min(best, (((await cpuSeconds()) - before) * 1_000) / WRITES);
  }
  return best;
}

async function cpuSeconds(): Promise<number> {
  return sumSeries(await controlPlane().kubectl(['get', '--raw', '/metrics']), 'process_cpu_seconds_total', {});
}

function typeOf(kind: string, group: string): ResourceType {
  const { plural, scope } = KINDS.find((known) => known.kind === kind)!;
  return { group, version: 'v1alpha1', kind, plural, namespaced: scope === 'Namespaced' };
}

function definition(kind: (typeof KINDS)[number], group: string) {
  const { plural, singular, scope } = kind;
  const schema = objectSchema(kind);
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { kind: kind.kind, listKind: `${kind.kind}List`, plural, singular },
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: group === GROUPS.bare ? withoutRules(schema) : schema },
          subresources: { status: {} },
        },
      ],
    },
  };
}

function withoutRules<T>(schema: T): T {
  const text = JSON.stringify(schema, (key, value) => (key === 'x-kubernetes-validations' ? undefined : value));
  return JSON.parse(text);
}
