import { expect } from 'chai';
import { certificateFault } from '../../../../server/protocol/certificate-fault.ts';
import { createCertificate } from '../../../support/server/certificates.ts';

describe('certificate fault', () => {
  const [one, two] = [createCertificate('one').certificate, createCertificate('two').certificate];

  it('is none in a bundle, with whatever text between its certificates', () => {
    expect(certificateFault(`# CA of today\n${one}\nCA of tomorrow - soon\n${two}`)).to.equal(undefined);
  });

  it('is seen wherever a bundle is cut off in its second certificate', () => {
    const bundle = one + two;
    for (let length = one.length + 5; length < bundle.length - 1; length += 13) {
      expect(certificateFault(bundle.slice(0, length)), `${length}`).to.equal('it is truncated');
    }
  });

  it('is seen where a certificate begins within another', () => {
    expect(certificateFault(one.slice(0, 200) + two)).to.equal('it is truncated');
  });

  it('is seen in time in a text of nothing but beginnings', () => {
    const before = process.cpuUsage();
    expect(certificateFault('-----BEGIN CERTIFICATE-----\n'.repeat(40_000))).to.equal('it is truncated');
    const { user } = process.cpuUsage(before);
    expect(user, 'microseconds of CPU').to.be.below(1_000_000);
  });
});
