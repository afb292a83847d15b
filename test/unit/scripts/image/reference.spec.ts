import { expect } from 'chai';
import { fullReference } from '../../../../scripts/image/reference.ts';

describe('full image reference', () => {
  it('puts docker.io/library before a bare name', () => {
    expect(fullReference('rollcall:0.1.0')).to.equal('docker.io/library/rollcall:0.1.0');
  });

  it('puts docker.io before a name with an owner', () => {
    expect(fullReference('owner/rollcall:1')).to.equal('docker.io/owner/rollcall:1');
  });

  it('leaves a name that has a registry as it is', () => {
    for (const name of ['registry.example/rollcall:1', 'localhost/rollcall', 'box:5000/a/b:1']) {
      expect(fullReference(name)).to.equal(name);
    }
  });
});
