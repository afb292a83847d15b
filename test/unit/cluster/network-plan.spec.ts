import { expect } from 'chai';
import fc from 'fast-check';
import { hostAddress, overlap, subnet } from '../../cluster/ipv4.ts';
import { assertUsable, chooseNetwork, networkPlan, nodePodCidr, preferredIndex } from '../../cluster/network-plan.ts';

const NO_LINKS: ReadonlySet<string> = new Set();

describe('network plan of a cluster', () => {
  it('is the same for the same name', () => {
    expect(chooseNetwork('demo', [], NO_LINKS)).to.deep.equal(chooseNetwork('demo', [], NO_LINKS));
  });

  it('differs between the demo and the tests, so that they run side by side', () => {
    expect(preferredIndex('demo')).not.to.equal(preferredIndex('test'));
  });

  it('shares no address with the plan of another index', () => {
    const index = fc.integer({ min: 0, max: 63 });
    fc.assert(
      fc.property(index, index, (a, b) => {
        fc.pre(a !== b);
        const ranges = (i: number) => [networkPlan(i).nodeCidr, networkPlan(i).podCidr, networkPlan(i).serviceCidr];
        return ranges(a).every((x) => ranges(b).every((y) => !overlap(x, y)));
      }),
    );
  });

  it('leaves a range alone that a route uses, takes another and says so', () => {
    const wanted = chooseNetwork('demo', [], NO_LINKS).plan;
    const route = { cidr: wanted.podCidr, by: `route to ${wanted.podCidr} on vpn0` };
    const { plan, note } = chooseNetwork('demo', [route], NO_LINKS);
    expect(plan.index).not.to.equal(wanted.index);
    expect(note).to.equal(
      `${wanted.podCidr} is in use (route to ${wanted.podCidr} on vpn0); using ${plan.nodeCidr} instead`,
    );
  });

  it('leaves the network of another cluster alone', () => {
    const wanted = chooseNetwork('demo', [], NO_LINKS).plan;
    const { plan } = chooseNetwork('demo', [], new Set([wanted.link]));
    expect(plan.index).not.to.equal(wanted.index);
  });

  it('names what is in the way when no range is free', () => {
    const vpn = { cidr: '10.0.0.0/8', by: 'route to 10.0.0.0/8 on vpn0' };
    expect(() => chooseNetwork('demo', [vpn], NO_LINKS)).to.throw(
      /is taken: .*in use \(route to 10\.0\.0\.0\/8 on vpn0\)/,
    );
  });

  it('of a stopped cluster is refused when somebody else uses it by now', () => {
    const plan = networkPlan(7);
    const address = { cidr: '172.30.7.9/24', by: 'address of eth1' };
    expect(() => assertUsable(plan, [address], NO_LINKS)).to.throw(/172\.30\.7\.0\/24 is in use \(address of eth1\)/);
  });

  it('gives every node its own part of the pods’ network', () => {
    const plan = networkPlan(3);
    expect([1, 2, 3, 4].map((node) => nodePodCidr(plan, node))).to.deep.equal([
      '10.244.12.0/24',
      '10.244.13.0/24',
      '10.244.14.0/24',
      '10.244.15.0/24',
    ]);
  });
});

describe('IPv4 networks', () => {
  it('have addresses by number', () => {
    expect(hostAddress('10.96.0.0/16', 10)).to.equal('10.96.0.10');
    expect(hostAddress('172.30.255.0/24', 254)).to.equal('172.30.255.254');
  });

  it('have smaller networks by number', () => {
    expect(subnet('10.244.252.0/22', 24, 3)).to.equal('10.244.255.0/24');
  });

  it('overlap when one holds the other or a single address of it', () => {
    expect(overlap('10.0.0.0/8', '10.96.0.0/22')).to.equal(true);
    expect(overlap('172.30.1.1', '172.30.1.0/24')).to.equal(true);
    expect(overlap('172.30.1.0/24', '172.30.2.0/24')).to.equal(false);
    expect(overlap('255.255.255.255', '240.0.0.0/4')).to.equal(true);
  });
});
