import { expect } from 'chai';
import { Shares } from '../../../../../reconciler/peer-group/collect/shares.ts';

const MIB = 1024 * 1024;

describe('what the reports of a namespace may cost', () => {
  it('is a tenth of a core, whoever of its pods spends it, and nothing of another namespace', () => {
    let now = 0;
    const shares = new Shares(() => now);
    const [a, b, other] = [shares.open('evil'), shares.open('evil'), shares.open('good')];
    let spent = 0;
    for (; now < 60_000; now += 1_000) {
      while (a.spend(20) === 0 && b.spend(20) === 0) spent += 41;
      expect(other.spend(20), 'wait of another').to.equal(0);
    }
    expect(spent / 60_000).to.be.within(0.05, 0.15);
  });

  it('is memory for its reports as long as as much is left for others', () => {
    const shares = new Shares(() => 0);
    const evil = Array.from({ length: 200 }, () => shares.open('evil'));
    const kept = evil.filter(({ tryKeep }) => tryKeep(MIB)).length;
    expect(kept).to.equal(48);
    expect(shares.open('good').tryKeep(MIB), 'of another').to.equal(true);
    expect(evil[199]!.tryKeep(4_000), 'a small one').to.equal(true);
    expect(evil[0]!.tryKeep(MIB), 'in place of its own former one').to.equal(true);
    for (const share of evil) share.close();
    const again = Array.from({ length: 200 }, () => shares.open('good'));
    expect(again.filter(({ tryKeep }) => tryKeep(MIB)).length).to.equal(47);
  });
});
