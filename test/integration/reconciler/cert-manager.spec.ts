import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { CERT_MANAGER, withDefinitions } from '../../support/definitions.ts';
import { eventually } from '../../support/eventually.ts';
import { itLong } from '../../support/it-long.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { createCertificate } from '../../support/server/certificates.ts';
import { conditionOf, peerGroup } from '../../support/world.ts';

describe('certificates by cert-manager, where its definitions are', () => {
  const kubectl = (...args: string[]) => controlPlane().kubectl(args);
  withDefinitions(CERT_MANAGER, kubectl);
  const suite = operatorSuite();
  const tls = { mode: 'Mutual' as const, issuerRef: { name: 'ours', kind: 'ClusterIssuer' } };

  const certificate = async (ns: string) =>
    JSON.parse(
      (await kubectl(
        '-n',
        ns,
        'get',
        'certificate',
        'web',
        '--ignore-not-found',
        '--show-managed-fields',
        '-o',
        'json',
      )) || 'null',
    );
  const becomes = (ns: string, reason: string) =>
    eventually(async () => {
      const degraded = conditionOf(await suite.world.get('PeerGroup', ns, 'web'), 'Degraded');
      expect(degraded, degraded?.message).to.include({ reason });
      return degraded!.message;
    }, 20_000);

  it('are asked for by a Certificate that its schema takes, and that goes with the wish', async function () {
    this.timeout(30_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { tls }));
    const { spec, metadata } = await eventually(async () => {
      const found = await certificate(ns);
      expect(found).not.to.equal(null);
      return found;
    });
    expect(spec).to.deep.include({
      secretName: 'web-tls',
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
    });
    expect(spec.issuerRef).to.include({ name: 'ours', kind: 'ClusterIssuer' });
    expect(spec.dnsNames).to.include(`web.${ns}.svc`);
    // Nothing that we say is unknown to it: the API server would have dropped that.
    const ours = metadata.managedFields.find(({ manager }: { manager: string }) => manager === 'rollcall');
    expect(Object.keys(ours.fieldsV1['f:spec']).sort()).to.deep.equal(
      ['dnsNames', 'issuerRef', 'privateKey', 'secretName', 'usages'].map((field) => `f:${field}`),
    );
    await suite.world.patch('PeerGroup', ns, 'web', { spec: { tls: { issuerRef: null } } });
    await eventually(async () => expect(await certificate(ns)).to.equal(null));
  });

  itLong('are read only where the namespace lets the operator, which says what is missing', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { tls }));
    const message = await becomes(ns, 'ReportsUnreadable');
    const [, create] = /\(kubectl (.*), and bind it\)/.exec(message)!;
    await kubectl(...create!.split(' '));
    await kubectl(
      ...['-n', ns, 'create', 'rolebinding', 'rollcall', '--role=rollcall-web-tls'],
      '--serviceaccount=rollcall-system:rollcall',
    );
    expect(await becomes(ns, 'CertificateMissing')).to.equal('cert-manager has not written Secret web-tls yet');

    // Its controllers don't run here: this is the Secret that they write.
    const { certificate: crt, privateKey: key } = createCertificate(`web.${ns}.svc`, { days: 1 });
    const encoded = (text: string) => Buffer.from(text).toString('base64');
    await suite.world.create({
      ...{ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls' },
      metadata: { namespace: ns, name: 'web-tls' },
      data: { 'tls.crt': encoded(crt), 'tls.key': encoded(key) },
    });
    expect(await becomes(ns, 'CertificateIncomplete')).to.match(/^Secret web-tls lacks ca.crt: use an issuer/);
    await suite.world.patch('Secret', ns, 'web-tls', { data: { 'ca.crt': encoded(crt) } });
    await becomes(ns, 'AsExpected');
  });
});
