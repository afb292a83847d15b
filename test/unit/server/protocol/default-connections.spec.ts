import { expect } from 'chai';
import { defaultConnections } from '../../../../server/protocol/default-connections.ts';
import { parseConfig } from '../../../../server/protocol/read-config.ts';

const MIB = 1024 * 1024;

describe('the default bound of connections', () => {
  it('is what the memory of a pod has room for', () => {
    expect(defaultConnections('http', 128 * MIB)).to.equal(6_144);
    expect(defaultConnections('https', 128 * MIB)).to.equal(1_152);
    expect(defaultConnections('https', 256 * MIB)).to.equal(3_200);
  });

  it('is 10,000 where there is more, or no limit', () => {
    expect(defaultConnections('http', 512 * MIB)).to.equal(10_000);
    expect(defaultConnections('https', 0)).to.equal(10_000);
    expect(defaultConnections('https', 2 ** 63)).to.equal(10_000);
  });

  it('leaves some to a pod that has hardly room for itself', () => {
    expect(defaultConnections('https', 32 * MIB)).to.equal(100);
  });

  it('gives way to what the config says', () => {
    const { service } = parseConfig('service: {limits: {connections: 7}}', 'c.yaml', 'web-0');
    expect(service?.limits.connections).to.equal(7);
  });
});
