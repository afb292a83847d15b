import { expect } from 'chai';
import { computeNamespace, computePlane } from '../../support/compute-plane.ts';
import { computeSuite } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { inState } from '../../support/real-jobs.ts';
import type { AnyObject } from '../../support/world.ts';

describe('names of gangs', function () {
  this.timeout(30_000);
  const suite = computeSuite({ name: 'names', nodes: 3 });
  const slices = async (ns: string): Promise<AnyObject[]> => {
    const { kubectl } = await computePlane();
    const { items } = JSON.parse(await kubectl(['-n', ns, 'get', 'endpointslices', '-o', 'json']));
    return items;
  };
  const services = async (ns: string) => (await suite.world.list('Service', ns)).map(({ metadata }) => metadata.name);
  /** Host names and addresses that cluster DNS would give out. */
  const names = async (ns: string) =>
    (await slices(ns)).flatMap(({ endpoints }) =>
      endpoints.map(({ hostname, addresses, conditions }: Record<string, unknown>) => [
        hostname,
        addresses,
        conditions,
      ]),
    );

  it('are published in one slice that no controller of the cluster touches, then told to the pods that wait', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'chat', { command: ['run'], parallelism: 3 });
    const { status } = await suite.job(ns, 'chat', inState('Running'));
    const pods = await suite.pods(ns);
    const expected = pods.map(({ status }, index) => [`chat-${index}`, [status.podIP], { ready: true }]);
    await eventually(async () => expect(await names(ns)).to.deep.equal(expected));
    expect(await services(ns)).to.deep.equal([status.serviceName]);
    expect(await suite.world.list('Endpoints', ns).catch(() => [])).to.deep.equal([]);
    await suite.world.delete('ComputeJob', ns, 'chat');
  });

  it('belong to one attempt: the next has a Service of its own, and what the last one had is deleted', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'again', { command: ['run'], parallelism: 2 });
    const first = await suite.job(ns, 'again', inState('Running'));
    await suite.world.delete('Pod', ns, 'again-gang-1-1');
    const second = await suite.job(ns, 'again', ({ status }) => {
      expect(status).to.include({ attempt: 2, state: 'Running' });
    });
    expect(second.status.serviceName).not.to.equal(first.status.serviceName);
    const addresses = (await suite.pods(ns)).filter(({ metadata }) => metadata.name.includes('-gang-2-'));
    await eventually(async () => {
      expect(await services(ns)).to.deep.equal([second.status.serviceName]);
      expect((await names(ns)).map(([, ips]) => ips)).to.deep.equal(addresses.map(({ status }) => [status.podIP]));
    });
    await suite.world.delete('ComputeJob', ns, 'again');
  });

  it('go with the gang, and come back when somebody deletes them before', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'ends', { command: ['run'], parallelism: 2 });
    await suite.job(ns, 'ends', inState('Running'));
    await eventually(async () => expect(await names(ns)).to.have.length(2));
    const { kubectl } = await computePlane();
    await kubectl(['-n', ns, 'delete', 'endpointslices', '--all']);
    await eventually(async () => expect(await names(ns)).to.have.length(2));
    await suite.world.patch('ComputeJob', ns, 'ends', { spec: { suspend: true } });
    await eventually(async () => expect(await slices(ns)).to.deep.equal([]));
    await suite.world.delete('ComputeJob', ns, 'ends');
  });

  it('follow parallelism', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'elastic', { command: ['run'], parallelism: 1 });
    await eventually(async () => expect(await names(ns)).to.have.length(1));
    await suite.world.patch('ComputeJob', ns, 'elastic', { spec: { parallelism: 3 } });
    await eventually(async () => expect(await names(ns)).to.have.length(3));
    await suite.world.patch('ComputeJob', ns, 'elastic', { spec: { parallelism: 2 } });
    await eventually(async () =>
      expect((await names(ns)).map(([name]) => name)).to.deep.equal(['elastic-0', 'elastic-1']),
    );
    await suite.world.delete('ComputeJob', ns, 'elastic');
  });
});
