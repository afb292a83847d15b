import { expect } from 'chai';
import fc from 'fast-check';
import { type Installation, standingOf } from '../../../reconciler/installations.ts';

const at = (namespace: string, created: string, name = 'rollcall'): Installation => ({ namespace, name, created });
const [OLD, NEW] = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'];

describe('several operators in one cluster', () => {
  it('have the one that was installed first look after it, and the others yield to it', () => {
    const installations = [at('b', NEW), at('a', OLD)];
    expect(standingOf('a', installations)).to.deep.equal({ type: 'Leads', others: [at('b', NEW)] });
    expect(standingOf('b', installations)).to.deep.equal({ type: 'Yields', to: at('a', OLD) });
  });

  it('leave a lone one alone, also one whose identity nobody knows', () => {
    expect(standingOf('a', [at('a', OLD), at('a', NEW, 'second')])).to.deep.equal({ type: 'Leads', others: [] });
    expect(standingOf('a', [])).to.deep.equal({ type: 'Leads', others: [] });
  });

  it('have one without permissions yield to one that has them', () => {
    expect(standingOf('a', [at('b', NEW)])).to.deep.equal({ type: 'Yields', to: at('b', NEW) });
  });

  it('agree on one, in whatever order and at whatever times they were installed', () => {
    const installation = fc.record({
      namespace: fc.constantFrom('a', 'b', 'c', 'd'),
      name: fc.constantFrom('rollcall', 'other'),
      created: fc.constantFrom(OLD, NEW),
    });
    fc.assert(
      fc.property(fc.array(installation, { minLength: 1 }), (installations) => {
        const namespaces = [...new Set(installations.map(({ namespace }) => namespace))];
        const leading = namespaces.filter((each) => standingOf(each, installations.toReversed()).type === 'Leads');
        expect(leading).to.have.length(1);
      }),
    );
  });
});
