import { expect } from 'chai';
import type { Condition } from '../../reconciler/runtime/conditions.ts';
import { controlPlane } from './control-plane.ts';
import { eventually } from './eventually.ts';
import { installDist } from './operator-identity.ts';
import { type OperatorProcess, type OperatorProcessOptions, startOperator } from './operator-process.ts';
import { type AnyObject, conditionOf, openWorld, type World } from './world.ts';

/** What the cases of a suite work with; usable from the suite's first case on. */
export interface OperatorSuite {
  readonly world: World;
  readonly operator: OperatorProcess;
  /** Waits until the PeerGroup's status is about its present generation. */
  readonly observed: (namespace: string, name: string) => Promise<AnyObject>;
  /** Waits until the PeerGroup is Degraded for this reason; returns the condition. */
  readonly degraded: (namespace: string, name: string, reason: string) => Promise<Condition>;
  /** Waits until nothing stands in the PeerGroup's way and its StatefulSet is there. */
  readonly healthy: (namespace: string, name: string, timeoutMs?: number) => Promise<void>;
  /** The ConfigMaps of a PeerGroup: one for each revision that is in use. */
  readonly configMaps: (namespace: string, group: string) => Promise<AnyObject[]>;
}

/**
 * Call it in a `describe`: its cases run with dist/ installed on the shared control plane and one operator running.
 *
 * @param options of the operator; leave out `controlPlane`
 */
export function operatorSuite(options: Omit<OperatorProcessOptions, 'controlPlane'> = {}): OperatorSuite {
  let world: World | undefined;
  let operator: OperatorProcess | undefined;
  before(async function () {
    this.timeout(120_000);
    await installDist(controlPlane());
    world = openWorld(controlPlane());
    operator = await startOperator({ ...options, controlPlane: controlPlane() });
  });
  after(async () => {
    await operator?.stop();
    await world?.close();
  });
  return {
    get world() {
      return world!;
    },
    get operator() {
      return operator!;
    },
    observed: (namespace, name) => observed(world!, namespace, name),
    degraded: (namespace, name, reason) =>
      eventually(async () => {
        const condition = conditionOf(await world!.get('PeerGroup', namespace, name), 'Degraded');
        expect(condition).to.include({ status: 'True', reason });
        return condition!;
      }),
    healthy: (namespace, name, timeoutMs) =>
      eventually(async () => {
        const group = await world!.get('PeerGroup', namespace, name);
        expect(conditionOf(group, 'Degraded')?.status).to.equal('False');
        expect(await world!.get('StatefulSet', namespace, name)).not.to.equal(undefined);
      }, timeoutMs),
    configMaps: async (namespace, group) =>
      (await world!.list('ConfigMap', namespace)).filter(({ metadata }) =>
        metadata.name.startsWith(`${group}-config-`),
      ),
  };
}

/** Waits until the PeerGroup's status is about its present generation. */
export function observed(world: World, namespace: string, name: string, timeoutMs = 10_000): Promise<AnyObject> {
  return eventually(async () => {
    const group = await world.get('PeerGroup', namespace, name);
    expect(group?.status?.observedGeneration, `observedGeneration of ${name}`).to.equal(group?.metadata.generation);
    return group!;
  }, timeoutMs);
}
