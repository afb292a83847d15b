import { expect } from 'chai';
import { DEFAULTS_FIELD_MANAGER, GROUP_VERSION } from '../../../constructs/names.ts';
import { COMPUTE_NODES, transformComputeNode } from '../../../reconciler/compute-node/compute-node-object.ts';
import { applyResourceDefaults } from '../../../reconciler/compute-node/resource-defaults.ts';
import { Cache } from '../../../reconciler/kube/cache.ts';
import { amountsOf } from '../../../reconciler/node-resources/amounts.ts';
import { computePlane } from '../../support/compute-plane.ts';
import { openWorld, type World } from '../../support/world.ts';

/** What the Node has. */
const ALLOCATABLE = { cpu: '4', memory: '8Gi', 'example.com/gpu': '2' };

describe('resources of a ComputeNode that are filled in', function () {
  this.timeout(30_000);
  let world: World;

  before(async () => {
    world = openWorld(await computePlane());
  });
  after(() => world?.close());

  /** Fills in a ComputeNode that a user has made, as seen before the user set anything. */
  async function fillInUnaware(name: string, users: Readonly<Record<string, string>>) {
    const metadata = { name };
    const made = await world.create({
      apiVersion: GROUP_VERSION,
      kind: COMPUTE_NODES.kind,
      metadata,
      spec: { resources: users },
    });
    try {
      const computeNodes = new Cache({ transform: transformComputeNode, onEvent: () => {} });
      const unaware = { ...transformComputeNode(made), spec: {}, defaulted: [] };
      await applyResourceDefaults(unaware, amountsOf(ALLOCATABLE), { client: world.client, computeNodes });
      return transformComputeNode((await world.get('ComputeNode', '', name))!);
    } finally {
      await world.delete('ComputeNode', '', name);
    }
  }

  it('leave out exactly what a user has set meanwhile, whatever its name', async () => {
    const { spec, defaulted } = await fillInUnaware('defaults-some', { cpu: '2', 'example.com/gpu': '1' });
    expect(spec.resources).to.deep.equal({ cpu: '2', memory: '8Gi', 'example.com/gpu': '1' });
    expect(defaulted, `owned by ${DEFAULTS_FIELD_MANAGER}`).to.deep.equal(['memory']);
  });

  it('are none when a user has set them all', async () => {
    const users = { cpu: '2', memory: '4Gi', 'example.com/gpu': '1' };
    const { spec, defaulted } = await fillInUnaware('defaults-all', users);
    expect(spec.resources).to.deep.equal(users);
    expect(defaulted).to.deep.equal([]);
  });
});
