import { expect } from 'chai';
import { namespaceFor } from '../../support/control-plane.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { createCertificate } from '../../support/server/certificates.ts';
import { peerGroup } from '../../support/world.ts';

describe('a config that is held back', () => {
  const suite = operatorSuite();

  it('is one that no ConfigMap holds: the last good one stays, until the new one fits', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web'));
    await suite.healthy(ns, 'web');
    const configMap = async () => (await suite.configMaps(ns, 'web'))[0]!;
    const { metadata } = await configMap();

    // Each as long as a certificate may be, and together more than a ConfigMap holds.
    const { certificate } = createCertificate('gw');
    const pem = certificate.repeat(Math.floor(16_000 / certificate.length));
    for (const name of ['ca-0', 'ca-1']) {
      const data = Object.fromEntries(Array.from({ length: 40 }, (_, key) => [`${key}`, `${pem}${name} ${key}\n`]));
      await suite.world.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: ns, name }, data });
    }
    const peers = Array.from({ length: 80 }, (_, index) => ({
      name: `peer-${index}`,
      url: `https://peer-${index}.example`,
      acceptCert: { configMapKeyRef: { name: `ca-${index % 2}`, key: `${Math.floor(index / 2)}` } },
    }));
    await suite.world.patch('PeerGroup', ns, 'web', { spec: { peers } });
    const { message } = await suite.degraded(ns, 'web', 'ConfigTooLarge');
    expect(message).to.match(
      /^the configuration has 1\d{6} bytes, but a ConfigMap holds at most 1000000: use fewer or shorter entries in peers/,
    );
    expect((await configMap()).metadata.resourceVersion).to.equal(metadata.resourceVersion);

    await suite.world.patch('PeerGroup', ns, 'web', { spec: { peers: [peers[0]] } });
    await suite.healthy(ns, 'web');
    expect(Object.values((await configMap()).data).join('')).to.include('peer-0.example');
  });

  it('is one that no peer would take: the last good one stays, until the new one is mended', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const bad = { name: 'shop', url: 'http://10.0.0.256' };
    const good = { name: 'shop', url: 'http://10.0.0.1' };
    await suite.world.create(peerGroup(ns, 'web', { peers: [bad] }));
    const { message } = await suite.degraded(ns, 'web', 'ConfigInvalid');
    expect(message).to.equal(
      'peers would reject the configuration: config.yaml: peers[1].url: must be an absolute http:// or https:// URL (peer shop)',
    );
    expect(await suite.configMaps(ns, 'web')).to.deep.equal([]);
    expect(await suite.world.get('StatefulSet', ns, 'web'), 'pods would wait for a config').to.equal(undefined);

    await suite.world.patch('PeerGroup', ns, 'web', { spec: { peers: [good] } });
    await suite.healthy(ns, 'web');
    const [kept] = await suite.configMaps(ns, 'web');

    await suite.world.patch('PeerGroup', ns, 'web', { spec: { peers: [bad], replicas: 3 } });
    await suite.degraded(ns, 'web', 'ConfigInvalid');
    expect((await suite.world.get('StatefulSet', ns, 'web'))?.spec.replicas).to.equal(3);
    expect(await suite.configMaps(ns, 'web')).to.deep.equal([kept]);
  });
});
