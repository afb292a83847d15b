import { expect } from 'chai';
import { HostlistError } from '../../../../server/protocol/errors.ts';
import { expandHostlist } from '../../../../server/protocol/hostlist.ts';

describe('hostlist', () => {
  const expand = (text: string) => expandHostlist(text, 1_000);

  it('leaves a name without brackets as it is', () => {
    expect(expand('web-0.web.demo.svc')).to.deep.equal(['web-0.web.demo.svc']);
  });

  it('expands ranges and single numbers', () => {
    expect(expand('web-[0-2,7].demo')).to.deep.equal(['web-0.demo', 'web-1.demo', 'web-2.demo', 'web-7.demo']);
  });

  it('keeps leading zeros', () => {
    expect(expand('n[08-10]')).to.deep.equal(['n08', 'n09', 'n10']);
  });

  it('multiplies several brackets', () => {
    expect(expand('r[1-2]n[1-2]')).to.deep.equal(['r1n1', 'r1n2', 'r2n1', 'r2n2']);
  });

  it('refuses malformed ranges', () => {
    for (const text of ['a[', 'a]', 'a[]', 'a[1-]', 'a[-1]', 'a[b]', 'a[2-1]', 'a[1-2', 'a[1,]', 'a[[1]]']) {
      expect(() => expand(text), text).to.throw(HostlistError);
    }
  });

  it('refuses more hosts than allowed without making them first', () => {
    expect(() => expandHostlist('a[0-999999999]', 20_000)).to.throw(HostlistError, 'more than 20000 hosts');
    expect(() => expandHostlist('a[0-9999]b[0-9999]c[0-9999]', 20_000)).to.throw(HostlistError);
  });
});
