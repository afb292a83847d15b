import { expect } from 'chai';
import { contentHash } from '../../../../../constructs/content-hash.ts';
import {
  type ExpectedTls,
  expectedTls,
  reportedToken,
  usesTls,
  versionToken,
} from '../../../../../reconciler/peer-group/tls/expected-tls.ts';
import type { TlsContent } from '../../../../../reconciler/peer-group/tls/secrets.ts';
import { summary } from '../connectivity/support.ts';

const CONTENT: TlsContent = { caBundle: 'CA', leaves: new Map([['web', { certificate: 'LEAF', privateKey: 'KEY' }]]) };
const expected = (mode: 'None' | 'TLS' | 'Mutual', replicas = 3, placement: 'Replicas' | 'PerNode' = 'Replicas') =>
  expectedTls(CONTENT, 'web', { placement, replicas, tls: { mode } });
const CERTIFICATE = contentHash('LEAF');
const BUNDLE = contentHash('CA');

/** What a pod reports that shows `certificate` and accepts these. */
const reports = (certificate: string, ...accepted: string[]) => summary(1, [], { tls: { certificate, accepted } });

describe('the TLS that a group expects of its pods', () => {
  it('is its leaf, and the CA bundle of its namespace where the pods verify anybody', () => {
    expect(expected('TLS')).to.deep.equal({ certificate: CERTIFICATE, caBundle: BUNDLE });
    expect(expected('TLS', 1)).to.deep.equal({ certificate: CERTIFICATE });
    expect(expected('TLS', 1, 'PerNode')).to.deep.equal({ certificate: CERTIFICATE, caBundle: BUNDLE });
    expect(expected('Mutual', 1)).to.deep.equal({ certificate: CERTIFICATE, caBundle: BUNDLE });
  });

  it('is none without TLS, with an issuer of cert-manager, and before there is a leaf', () => {
    expect(expected('None')).to.equal(undefined);
    const issued = { mode: 'TLS', issuerRef: { name: 'i', kind: 'Issuer', group: 'cert-manager.io' } } as const;
    expect(expectedTls(CONTENT, 'web', { placement: 'Replicas', replicas: 3, tls: issued })).to.equal(undefined);
    expect(expectedTls(CONTENT, 'db', { placement: 'Replicas', replicas: 3, tls: { mode: 'TLS' } })).to.equal(
      undefined,
    );
    expect(expectedTls(undefined, 'web', { placement: 'Replicas', replicas: 3, tls: { mode: 'TLS' } })).to.equal(
      undefined,
    );
  });

  it('is used by a pod that shows the leaf, and accepts the bundle or accepts nobody', () => {
    const both: ExpectedTls = { certificate: CERTIFICATE, caBundle: BUNDLE };
    expect(usesTls(reports(CERTIFICATE, 'other', BUNDLE), both)).to.equal(true);
    expect(usesTls(reports(CERTIFICATE), both)).to.equal(true);
    expect(usesTls(reports(CERTIFICATE, 'other'), both)).to.equal(false);
    expect(usesTls(reports('old', BUNDLE), both)).to.equal(false);
    expect(usesTls(summary(1), both)).to.equal(false);
    expect(usesTls(reports(CERTIFICATE, 'other'), { certificate: CERTIFICATE })).to.equal(true);
  });

  it('is part of the version that a pod is notified of, which changes with either', () => {
    const both: ExpectedTls = { certificate: CERTIFICATE, caBundle: BUNDLE };
    const versions = [
      versionToken('config', undefined),
      versionToken('config', both),
      versionToken('config', { ...both, certificate: 'other' }),
      versionToken('config', { ...both, caBundle: 'other' }),
      versionToken('another', both),
    ];
    expect(new Set(versions).size).to.equal(versions.length);
    // Repetitions are counted after a dot.
    expect(versions.filter((version) => version.includes('.'))).to.deep.equal([]);
  });

  it('makes the same version of the report of a pod that has followed, and another one otherwise', () => {
    const tls: ExpectedTls = { certificate: CERTIFICATE, caBundle: BUNDLE };
    expect(reportedToken(summary(1), undefined)).to.equal(versionToken('h', undefined));
    expect(reportedToken(reports(CERTIFICATE, BUNDLE), tls)).to.equal(versionToken('h', tls));
    expect(reportedToken(reports('old', BUNDLE), tls)).to.not.equal(versionToken('h', tls));
  });
});
