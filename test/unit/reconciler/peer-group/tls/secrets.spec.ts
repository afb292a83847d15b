import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { expect } from 'chai';
import type { KubeObject } from '../../../../../reconciler/kube/object.ts';
import { createCa, createLeaf, type KeyPair } from '../../../../../reconciler/peer-group/tls/certificate-authority.ts';
import { validityFrom } from '../../../../../reconciler/peer-group/tls/lifetimes.ts';
import {
  isCaOf,
  isOurs,
  readCaSecret,
  readTlsSecret,
  renderCaSecret,
  renderTlsSecret,
  type Secret,
} from '../../../../../reconciler/peer-group/tls/secrets.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const HOUR = 3_600_000;
const DEMO = namespace('demo', 'uid-demo', '2026-01-01T00:00:00Z');
let caPair: KeyPair;
let leaf: KeyPair;

before(async () => {
  caPair = await createCa('test CA', validityFrom(NOW, 10 * HOUR));
  leaf = await createLeaf(caPair, {
    commonName: 'web',
    names: ['web.demo.svc', '*.web.demo.svc'],
    validity: validityFrom(NOW, HOUR),
  });
});

describe('a leaf', () => {
  it('is what TLS servers and clients need, for exactly its names', () => {
    const certificate = new X509Certificate(leaf.certificate);
    expect(certificate.subjectAltName).to.equal('DNS:web.demo.svc, DNS:*.web.demo.svc');
    expect(certificate.ca).to.equal(false);
    expect(certificate.keyUsage).to.deep.equal(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    createSecureContext({ cert: leaf.certificate, key: leaf.privateKey, ca: caPair.certificate });
  });

  it('is signed by its CA, an ECDSA one that may sign no further CA', () => {
    const ca = new X509Certificate(caPair.certificate);
    expect(new X509Certificate(leaf.certificate).verify(ca.publicKey)).to.equal(true);
    expect([ca.ca, ca.publicKey.asymmetricKeyType]).to.deep.equal([true, 'ec']);
  });

  it('never outlives its CA', async () => {
    const long = await createLeaf(caPair, {
      commonName: 'web',
      names: ['web'],
      validity: validityFrom(NOW, 99 * HOUR),
    });
    const [end, caEnd] = [long, caPair].map((pair) => new X509Certificate(pair.certificate).validTo);
    expect(end).to.equal(caEnd);
  });
});

describe('the Secret of a CA', () => {
  it('is read as it was written, in each of its states', () => {
    for (const state of [
      { current: caPair },
      { current: caPair, next: caPair },
      { current: caPair, previous: caPair.certificate },
    ]) {
      const secret = renderCaSecret(DEMO, 'rollcall-system', state) as unknown as Secret;
      expect(secret.metadata).to.include({ name: 'rollcall-ca.demo', namespace: 'rollcall-system' });
      expect(readCaSecret(secret)).to.deep.equal(state);
    }
  });

  it('is of no use when certificate and key do not belong together', async () => {
    const other = await createCa('other', validityFrom(NOW, HOUR));
    const mixed = { current: { ...caPair, privateKey: other.privateKey } };
    const secret = renderCaSecret(DEMO, 'rollcall-system', mixed) as unknown as Secret;
    expect(readCaSecret(secret)).to.equal(undefined);
    expect(readCaSecret(undefined)).to.equal(undefined);
  });
});

describe('a CA', () => {
  const caOf = (metadata: Partial<Secret['metadata']>): Secret => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'rollcall-ca.demo', ...metadata },
  });

  it('belongs to the namespace that it was made for and to no successor of its name', () => {
    const rendered = renderCaSecret(DEMO, 'rollcall-system', { current: caPair }) as unknown as Secret;
    const successor = namespace('demo', 'uid-2', '2026-02-01T00:00:00Z');
    expect([DEMO, successor].map((each) => isCaOf(rendered, each))).to.deep.equal([true, false]);
  });

  it('of version 0.1.0 belongs to a namespace that was there before it', () => {
    const isOwn = (creationTimestamp: string) => isCaOf(caOf({ creationTimestamp }), DEMO);
    expect(isOwn('2025-12-31T23:59:59Z')).to.equal(false);
    expect(isOwn('2026-01-01T00:00:00Z')).to.equal(true);
  });

  it('is ours by its labels or its owner, not by its name', () => {
    const labels = { 'app.kubernetes.io/managed-by': 'rollcall', 'app.kubernetes.io/part-of': 'rollcall' };
    const owner = (kind: string, apiVersion: string) => ({
      ownerReferences: [{ kind, apiVersion, name: 'x', uid: 'u' }],
    });
    const own = [
      {},
      { labels: { ...labels, 'app.kubernetes.io/part-of': 'shop' } },
      owner('PeerGroup', 'example.com/v1'),
      { labels },
      owner('PeerGroup', 'rollcall.dev/v1alpha1'),
      owner('Namespace', 'v1'),
    ].map((metadata) => isOurs(caOf(metadata)));
    expect(own).to.deep.equal([false, false, false, true, true, true]);
  });
});

describe('the Secret that pods mount', () => {
  it('holds a leaf and its key for every group, and what to trust', () => {
    const content = { caBundle: caPair.certificate, leaves: new Map([['web', leaf]]) };
    const secret = renderTlsSecret('demo', content, []) as unknown as Secret;
    expect(Object.keys(secret.data!).sort()).to.deep.equal(['ca.crt', 'web.crt', 'web.key']);
    expect(readTlsSecret(secret)).to.deep.equal(content);
  });

  it('goes with the last of its groups', () => {
    const owners = ['a', 'b'].map((name) => ({ name, uid: `uid-${name}` }));
    const { metadata } = renderTlsSecret('demo', { caBundle: '', leaves: new Map() }, owners);
    expect(metadata.ownerReferences).to.deep.equal(
      owners.map((owner) => ({ apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', ...owner })),
    );
  });
});

function namespace(name: string, uid: string, creationTimestamp: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid, creationTimestamp } };
}
