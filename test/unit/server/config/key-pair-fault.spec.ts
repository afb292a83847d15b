import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { keyPairFault } from '../../../../server/config/key-pair-fault.ts';
import { createAuthority, createCertificate } from '../../../support/server/certificates.ts';

const PEM = { type: 'pkcs8', format: 'pem' } as const;

describe('key pair fault', () => {
  const authority = createAuthority('CA');
  const pair = createCertificate('web', { issuer: authority });
  const rsa = createCertificate('web', { key: 'rsa:2048' });
  const fault = (certificate: string, key: string) => keyPairFault(Buffer.from(certificate), Buffer.from(key));
  const ed25519 = generateKeyPairSync('ed25519').privateKey.export(PEM).toString();

  it('is none where they belong together, with a chain and whatever the kind', () => {
    expect(fault(pair.certificate + authority.certificate, pair.privateKey)).to.equal(undefined);
    expect(fault(rsa.certificate, rsa.privateKey)).to.equal(undefined);
  });

  it('is a key of another kind, which OpenSSL would take', () => {
    const reason = 'the certificate is for rsa, the key is';
    expect(fault(rsa.certificate, ed25519)).to.deep.equal({ of: 'pair', reason: `${reason} ed25519` });
    expect(fault(rsa.certificate, pair.privateKey)).to.deep.equal({ of: 'pair', reason: `${reason} ec` });
    expect(fault(pair.certificate, rsa.privateKey)?.of).to.equal('pair');
  });

  it('is another key of the same kind', () => {
    expect(fault(pair.certificate, createCertificate('other').privateKey)).to.deep.equal({
      of: 'pair',
      reason: 'the public keys differ',
    });
  });

  it('is an encrypted key, in either form', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const cipher = { cipher: 'aes-256-cbc', passphrase: 'x' } as const;
    for (const type of ['pkcs8', 'pkcs1'] as const) {
      const key = privateKey.export({ type, format: 'pem', ...cipher }).toString();
      expect(fault(rsa.certificate, key)?.reason).to.match(/^is encrypted; /);
    }
  });

  it('is a key that is none', () => {
    expect(fault(pair.certificate, 'hello')?.reason).to.match(/^is not a PEM private key \(/);
  });

  it('is a weak key', () => {
    const weak = createCertificate('web', { key: 'rsa:1024' });
    expect(fault(weak.certificate, weak.privateKey)).to.deep.equal({
      of: 'certificate',
      reason: 'has a weak key: RSA with 1024 bits; it needs at least 2048',
    });
  });

  it('is a chain that does not begin with the certificate of the key', () => {
    expect(fault(authority.certificate + pair.certificate, pair.privateKey)?.reason).to.equal(
      'must start with the certificate of the private key, followed by its issuers (found at position 2)',
    );
  });

  it('is a certificate without subjectAltName', () => {
    const nameless = createCertificate('localhost', { names: [] });
    expect(fault(nameless.certificate, nameless.privateKey)?.reason).to.match(/^has no subjectAltName; /);
  });
});
