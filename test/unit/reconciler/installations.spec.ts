import { expect } from 'chai';
import fc from 'fast-check';
import { findInstallations, type Installation, standingOf } from '../../../reconciler/installations.ts';
import type { KubeClient } from '../../../reconciler/kube/client.ts';
import type { Transport } from '../../../reconciler/kube/transport.ts';

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

/** An API server with these accounts, in the order of their lists, which grants an operator's permission to those of `granted`. */
function serverOf(accounts: readonly Installation[], granted: readonly string[]) {
  let reviews = 0;
  const client = {
    list: async (_: unknown, options: { name?: string; limit?: number; continue?: string }) => {
      const all = accounts.filter(({ name }) => options.name === undefined || name === options.name);
      const start = Number(options.continue ?? 0);
      const end = start + Math.min(options.limit ?? all.length, 500);
      const items = all.slice(start, end).map(({ created, ...metadata }) => ({
        metadata: { ...metadata, creationTimestamp: created },
      }));
      return { items, resourceVersion: '1', ...(end < all.length && { next: String(end) }) };
    },
  } as unknown as KubeClient;
  const transport = {
    requestJson: async ({ body }: { body: string }) => {
      reviews += 1;
      const user: string = JSON.parse(body).spec.user;
      return {
        status: { allowed: granted.some((namespace) => user.startsWith(`system:serviceaccount:${namespace}:`)) },
      };
    },
  } as unknown as Transport;
  return { find: (own: string) => findInstallations(client, transport, own), reviews: () => reviews };
}

describe('the operators of a cluster', () => {
  const real = [at('rollcall-system', OLD), at('zoo', NEW)];
  const granted = ['rollcall-system', 'zoo'];

  it('are found however many accounts a tenant labels as theirs, in a namespace that comes first', async () => {
    const fakes = Array.from({ length: 1_200 }, (_, i) => at('a', OLD, `fake-${i}`));
    const { find, reviews } = serverOf([...fakes, at('a', OLD), ...real], granted);
    expect(await find('zoo')).to.deep.equal({ found: real.toReversed(), isPartial: false });
    expect(reviews()).to.equal(3);
  });

  it('are found on whatever page of the list they are, and before what is younger', async () => {
    const fakes = Array.from({ length: 1_200 }, (_, i) => at(`a-${i}`, '2026-03-01T00:00:00Z'));
    const { find, reviews } = serverOf([...fakes, ...real], granted);
    expect(await find('rollcall-system')).to.deep.equal({ found: real, isPartial: true });
    expect(reviews()).to.equal(100);
  });

  it('include this one, however old others look', async () => {
    const fakes = Array.from({ length: 150 }, (_, i) => at(`a-${i}`, '2025-01-01T00:00:00Z'));
    const { find } = serverOf([...fakes, ...real], granted);
    expect(await find('zoo')).to.deep.equal({ found: [real[1]], isPartial: true });
  });
});
