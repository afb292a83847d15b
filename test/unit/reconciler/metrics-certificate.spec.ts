import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { expect } from 'chai';
import { certificateOfItsOwn } from '../../../reconciler/metrics-certificate.ts';

const DAY = 24 * 3_600_000;

describe('the self-signed certificate of the metrics', () => {
  it('is one that a TLS server can show for the Service’s name', async () => {
    const { certificate, privateKey } = await certificateOfItsOwn(Date.now)();
    createSecureContext({ cert: certificate, key: privateKey });
    expect(new X509Certificate(certificate).checkHost('rollcall-metrics.rollcall-system.svc')).to.be.a('string');
  });

  it('is made anew after two thirds of its year, and not before', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const current = certificateOfItsOwn(() => now);
    const first = await current();
    now += 240 * DAY;
    expect(await current()).to.equal(first);
    now += 10 * DAY;
    const second = await current();
    expect(new X509Certificate(second.certificate).validFromDate.getTime()).to.be.within(now - 3_600_000, now);
  });
});
