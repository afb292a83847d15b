import { expect } from 'chai';
import type { PeerGroupSpec } from '../../../constructs/crds/peer-group.ts';
import { renderPeerGroup } from '../../../constructs/peer-group.ts';
import { deepEqual } from '../../../reconciler/kube/deep-equal.ts';
import { ApiStatusError } from '../../../reconciler/kube/errors.ts';
import type { ApplyConfiguration } from '../../../reconciler/kube/object.ts';
import type { PeerGroupObject } from '../../../reconciler/peer-group/resources.ts';
import { namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { driftingLeaves, type FieldEdit, mergePatchOf, otherValues } from '../../support/field-edits.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { type AnyObject, conditionOf, peerGroup } from '../../support/world.ts';

const CONTEXT = { image: 'rollcall:test', clusterDomain: 'cluster.local' };
/** A field of each copy is edited less often than the operator takes for a contest. */
const COPIES = 6;

/** Between them they have every kind of children that each cluster knows. */
const GROUPS: Readonly<Record<string, PeerGroupSpec>> = {
  replicas: {
    replicas: 1,
    tls: { mode: 'Mutual' },
    service: { type: 'NodePort', annotations: { 'example.com/team': 'net' } },
    disruptionBudget: { maxUnavailable: '20%' },
    networkPolicy: { enabled: true, from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] },
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'dedicated', operator: 'Exists' }],
    imagePullSecrets: [{ name: 'registry' }],
    resources: { requests: { cpu: '0.05', memory: '0.125Gi' } },
  },
  scaled: { autoscaling: { minReplicas: 1, maxReplicas: 2, targetCPUUtilization: 70 } },
  everywhere: { placement: 'PerNode' },
};

describe('drift of what a PeerGroup owns', () => {
  const suite = operatorSuite();

  /** What the API server has of an object, but for what moves by itself. */
  const contentOf = ({ status: _, metadata, ...content }: AnyObject) => {
    const { labels, annotations = {}, ownerReferences, managedFields = [] } = metadata;
    const { 'deprecated.daemonset.template.generation': __, ...kept } = annotations;
    const [ours] = managedFields.filter(({ manager, operation }) => manager === 'rollcall' && operation === 'Apply');
    const spec = content.kind === 'Service' ? withoutAddresses(content.spec) : content.spec;
    return { ...content, spec, metadata: { labels, annotations: kept, ownerReferences }, fields: ours?.fieldsV1 };
  };

  const get = (child: ApplyConfiguration) =>
    suite.world.get(child.kind, child.metadata.namespace!, child.metadata.name);

  /** Makes an edit, by one of some values. @returns whether the API server took it */
  async function edit(child: ApplyConfiguration, live: AnyObject, path: FieldEdit['path'], values: readonly unknown[]) {
    for (const value of values) {
      try {
        const patch = mergePatchOf(live, { path, value });
        const { kind, metadata } = child;
        const after = await suite.world.patch(kind, metadata.namespace!, metadata.name, patch);
        if (after.metadata.resourceVersion !== live.metadata.resourceVersion) return true;
      } catch (error) {
        if (!(error instanceof ApiStatusError) || ![400, 403, 422].includes(error.status)) throw error;
      }
    }
    return false;
  }

  /** Whether the group says that the API server rejects the child as it should be. */
  async function isRejected({ kind, metadata }: ApplyConfiguration): Promise<boolean> {
    const owner = metadata.ownerReferences?.[0]?.name ?? '';
    const degraded = conditionOf(await suite.world.get('PeerGroup', metadata.namespace!, owner), 'Degraded');
    return degraded?.reason === 'Invalid' && degraded.message.includes(`${kind} ${metadata.name}: `);
  }

  for (const [name, spec] of Object.entries(GROUPS)) {
    it(`is reverted within seconds, whatever field is changed or removed: ${name}`, async function () {
      this.timeout(300_000);
      const ns = await namespaceFor(this);
      const copies: (readonly ApplyConfiguration[])[] = [];
      for (let copy = 0; copy < COPIES; copy++) {
        await suite.world.create(peerGroup(ns, `web${copy}`, spec));
        const group = await suite.observed(ns, `web${copy}`);
        copies.push(renderPeerGroup(group as unknown as PeerGroupObject, CONTEXT) as readonly ApplyConfiguration[]);
      }
      const untouched: string[] = [];
      const kept: string[] = [];
      const rejected: string[] = [];
      let edits = 0;
      await Promise.all(
        copies[0]!.map(async (first, number) => {
          const live = await get(first);
          const leaves = driftingLeaves(first, live!);
          await Promise.all(
            copies.map(async (children, copy) => {
              const child = children[number]!;
              const before = (await get(child))!;
              for (const path of leaves.filter((_, index) => index % COPIES === copy)) {
                for (const way of ['changed', 'removed'] as const) {
                  const what = `${child.kind} ${path.join('.')} ${way}`;
                  const now = (await get(child))!;
                  const value = path.reduce<unknown>((at, key) => (at as AnyObject)?.[key as string], now);
                  if (!(await edit(child, now, path, way === 'removed' ? [undefined] : otherValues(value)))) {
                    untouched.push(what);
                    continue;
                  }
                  edits++;
                  const patience = performance.now() + 2_000;
                  const found = await eventually(async () => {
                    const object = (await get(child))!;
                    const lost = missing(contentOf(before), contentOf(object));
                    if (lost.length > 0 && (performance.now() < patience || !(await isRejected(child))))
                      throw new Error(lost.join(', '));
                    return { object, lost };
                  }, 5_000).catch(async (error: Error) => {
                    kept.push(`${what}: ${error.message}`);
                    return { object: (await get(child))!, lost: ['it'] };
                  });
                  if (found.lost.length > 0) rejected.push(what);
                  if (deepEqual(contentOf(found.object), contentOf(before))) continue;
                  // What was added beside ours stays. The next edit begins with what is only ours.
                  const { kind, metadata } = child;
                  await suite.world.delete(kind, metadata.namespace!, metadata.name);
                  await eventually(async () => {
                    const object = await get(child);
                    expect(object?.metadata.uid).to.be.a('string').and.not.equal(found.object.metadata.uid);
                  }, 30_000);
                }
              }
            }),
          );
        }),
      );
      if (process.env.DRIFT_VERBOSE)
        console.log(edits, 'edits\n', untouched.join('\n '), '\nrejected\n', rejected.join('\n '));
      expect(kept.join('\n')).to.equal('');
      expect(rejected).to.deep.equal([]);
      expect(edits).to.be.greaterThan(100);
    });
  }
});

/** A Service's spec without what the API server allocates. */
function withoutAddresses({ clusterIP, clusterIPs: _, ports, ...spec }: AnyObject['spec']) {
  const ours = ports.map(({ nodePort: _, ...port }: AnyObject) => port);
  return { ...spec, ports: ours, ...(clusterIP === 'None' && { clusterIP }) };
}

/** Paths of what the first value has and the second lacks; entries of lists of objects may have moved, and have others beside them. */
function missing(wanted: unknown, found: unknown, path = ''): string[] {
  if (Array.isArray(wanted) && Array.isArray(found) && wanted.every((item) => typeof item === 'object')) {
    return wanted.flatMap((item, index) => {
      const best = found
        .map((other) => missing(item, other, `${path}/${index}`))
        .sort((a, b) => a.length - b.length)[0];
      return best ?? [`${path}/${index}`];
    });
  }
  if (Array.isArray(wanted)) return deepEqual(wanted, found) ? [] : [path];
  if (typeof wanted !== 'object' || wanted === null) return wanted === found ? [] : [path];
  if (typeof found !== 'object' || found === null) return [path];
  return Object.entries(wanted).flatMap(([key, value]) =>
    missing(value, (found as Record<string, unknown>)[key], `${path}/${key}`),
  );
}
