import { X509Certificate } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { AuditLog, brief } from '../../support/audit-log.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { OPERATOR_USER } from '../../support/operator-identity.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { type AnyObject, peerGroup } from '../../support/world.ts';

describe('certificates by the operator', () => {
  const suite = operatorSuite();
  const tls = { mode: 'TLS' as const };

  const secretOf = (ns: string) => suite.world.get('Secret', ns, 'rollcall-tls');
  const authorityOf = (ns: string) => suite.world.get('Secret', 'rollcall-system', `rollcall-ca.${ns}`);
  const certificate = (secret: AnyObject | undefined, key: string) =>
    new X509Certificate(Buffer.from(secret!.data[key], 'base64'));

  async function keysOf(ns: string): Promise<string[]> {
    return Object.keys((await secretOf(ns))?.data ?? {}).sort();
  }

  it('are a leaf for each group of the namespace, signed by a CA whose key no tenant reads', async function () {
    const ns = await namespaceFor(this);
    for (const name of ['east', 'west']) await suite.world.create(peerGroup(ns, name, { tls }));
    await eventually(async () =>
      expect(await keysOf(ns)).to.deep.equal(['ca.crt', 'east.crt', 'east.key', 'west.crt', 'west.key']),
    );
    const [secret, authority] = await Promise.all([secretOf(ns), authorityOf(ns)]);
    const [leaf, ca] = [certificate(secret, 'east.crt'), certificate(authority, 'ca.crt')];
    expect(leaf.verify(ca.publicKey)).to.equal(true);
    expect(leaf.checkHost(`east.${ns}.svc`)).to.be.a('string');
    expect(leaf.checkHost(`west.${ns}.svc`)).to.equal(undefined);
    expect(Object.keys(secret!.data)).not.to.include('ca.key');
  });

  it('show in the operator’s metrics by when the first of them expires, without a name', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { tls }));
    await eventually(async () => expect(await keysOf(ns)).to.include('web.crt'));
    const [secret, authority] = await Promise.all([secretOf(ns), authorityOf(ns)]);
    const expiry = (kind: string) => suite.operator.metric('rollcall_certificate_expiry_timestamp_seconds', { kind });
    // Those of the cases before were made a little earlier.
    const seconds = ({ validToDate }: X509Certificate) => validToDate.getTime() / 1_000;
    expect(await expiry('leaf')).to.be.closeTo(seconds(certificate(secret, 'web.crt')), 300);
    expect(await expiry('authority')).to.be.closeTo(seconds(certificate(authority, 'ca.crt')), 300);
    const { body } = await suite.operator.admin('/metrics');
    expect(body.match(/^rollcall_certificate_expiry_timestamp_seconds\{.*\}/gm)).to.have.length(2);
  });

  it('are there before the pods that mount them', async function () {
    const ns = await namespaceFor(this);
    const audit = new AuditLog(controlPlane());
    await suite.world.create(peerGroup(ns, 'web', { tls }));
    await suite.observed(ns, 'web');
    const writes = audit.writesOf(OPERATOR_USER).filter(({ objectRef }) => objectRef?.namespace === ns);
    const order = writes.map(brief);
    expect(order.indexOf('patch secrets/rollcall-tls')).to.be.within(0, order.indexOf('patch statefulsets/web'));
  });

  it('are put back when somebody deletes them, once the operator looks at them again', async function () {
    this.timeout(30_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { tls }));
    await suite.observed(ns, 'web');
    const before = certificate(await authorityOf(ns), 'ca.crt').fingerprint256;
    await suite.world.delete('Secret', ns, 'rollcall-tls');
    await suite.world.create(peerGroup(ns, 'other', { tls }));
    await eventually(async () => expect(await keysOf(ns)).to.include('web.crt'));
    expect(certificate(await authorityOf(ns), 'ca.crt').fingerprint256).to.equal(before);
  });

  it('go, one by one, with the groups that they are of, and the CA with the last', async function () {
    this.timeout(30_000);
    const ns = await namespaceFor(this);
    for (const name of ['east', 'west']) await suite.world.create(peerGroup(ns, name, { tls }));
    for (const name of ['east', 'west']) await suite.observed(ns, name);
    await suite.world.delete('PeerGroup', ns, 'east');
    await eventually(async () => expect(await keysOf(ns)).to.deep.equal(['ca.crt', 'west.crt', 'west.key']), 15_000);
    await suite.world.delete('PeerGroup', ns, 'west');
    await eventually(async () => {
      expect(await secretOf(ns)).to.equal(undefined);
      expect(await authorityOf(ns)).to.equal(undefined);
    }, 15_000);
  });

  it('cost no request while nothing is due', async function () {
    this.timeout(20_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { tls, replicas: 0 }));
    await suite.observed(ns, 'web');
    await sleep(1_500);
    const audit = new AuditLog(controlPlane());
    await suite.world.patch('Service', ns, 'web', {
      spec: { ports: [{ name: 'ping', port: 8080, targetPort: 'admin' }] },
    });
    await eventually(async () => {
      const service = await suite.world.get('Service', ns, 'web');
      expect(service?.spec.ports[0].targetPort).to.equal('ping');
    });
    const secrets = audit.requestsOf(OPERATOR_USER).filter(({ objectRef }) => objectRef?.resource === 'secrets');
    expect(secrets.map(brief)).to.deep.equal([]);
  });

  it('are never listed or watched, and no other Secret is asked for', async function () {
    const ns = await namespaceFor(this);
    const audit = new AuditLog(controlPlane());
    await suite.world.create(peerGroup(ns, 'web', { tls }));
    await suite.observed(ns, 'web');
    const secrets = audit.requestsOf(OPERATOR_USER).filter(({ objectRef }) => objectRef?.resource === 'secrets');
    expect(secrets.filter(({ verb }) => verb === 'list' || verb === 'watch')).to.deep.equal([]);
    const names = new Set(secrets.map(({ objectRef }) => objectRef!.name!.replace(/\..*/, '')));
    expect([...names].sort()).to.deep.equal(['rollcall-ca', 'rollcall-tls']);
  });

  it('are left to cert-manager with an issuer, and the group says when that is missing', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { tls: { mode: 'TLS', issuerRef: { name: 'ours' } } }));
    await eventually(async () => {
      const { status } = (await suite.world.get('PeerGroup', ns, 'web'))!;
      const degraded = status?.conditions?.find(({ type }: { type: string }) => type === 'Degraded');
      expect(degraded?.message).to.include('certificates.cert-manager.io: its CRD is not installed');
    });
    expect(await secretOf(ns)).to.equal(undefined);
  });
});
