import { expect } from 'chai';
import fc from 'fast-check';
import { FairSemaphore, flowOf } from '../../../../reconciler/kube/fair-semaphore.ts';

/** Takes slots in order of these flows, gives each back in turn, and returns the order in which they were had. */
async function orderOf(limit: number, flows: readonly string[]): Promise<string[]> {
  const slots = new FairSemaphore(limit);
  const order: string[] = [];
  const held: (() => void)[] = [];
  for (const flow of flows) {
    const [kind = '', namespace = ''] = flow.split('/');
    void slots.acquire({ kind, namespace }).then((release) => {
      order.push(flow);
      held.push(release);
    });
  }
  for (let turn = 0; turn < flows.length; turn++) {
    await new Promise(setImmediate);
    held.shift()?.();
  }
  return order;
}

const many = (flow: string, count: number) => Array.from({ length: count }, () => flow);

describe('slots for requests', () => {
  it('go in turns to kinds, and within a kind to namespaces', async () => {
    const order = await orderOf(1, [...many('pods/a', 100), 'pods/b', 'nodes/', 'pods/c']);
    expect(order.slice(0, 5)).to.deep.equal(['pods/a', 'pods/a', 'nodes/', 'pods/b', 'pods/c']);
    expect(order).to.have.length(103);
  });

  it('are held by one namespace at most for half, whatever it waits for', async () => {
    const order = await orderOf(4, [...many('pods/a', 50), ...many('services/a', 50), 'pods/b', 'pods/c']);
    expect(order.slice(0, 4)).to.deep.equal(['pods/a', 'pods/a', 'pods/b', 'pods/c']);
  });

  it('are never more than there are, and everybody gets one, whatever the order', async () => {
    const flows = fc.array(fc.constantFrom('pods/a', 'pods/b', 'services/a', 'nodes/'), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(flows, fc.integer({ min: 1, max: 5 }), async (asked, limit) => {
        const slots = new FairSemaphore(limit);
        const used = { all: 0, a: 0 };
        await Promise.all(
          asked.map(async (flow) => {
            const [kind = '', namespace = ''] = flow.split('/');
            const release = await slots.acquire({ kind, namespace });
            used.all++;
            if (namespace === 'a') used.a++;
            expect(used.all).to.be.at.most(limit);
            expect(used.a).to.be.at.most(Math.max(1, Math.ceil(limit / 2)));
            await Promise.resolve();
            used.all--;
            if (namespace === 'a') used.a--;
            release();
          }),
        );
      }),
    );
  });

  for (const [path, kind, namespace] of [
    ['/api/v1/namespaces/demo/pods/web-0', 'pods', 'demo'],
    ['/api/v1/namespaces/demo/pods', 'pods', 'demo'],
    ['/apis/rollcall.dev/v1alpha1/namespaces/demo/computejobs/a/status', 'computejobs', 'demo'],
    ['/apis/rollcall.dev/v1alpha1/computenodes/n0/status', 'computenodes', ''],
    ['/api/v1/pods', 'pods', ''],
    ['/api/v1/namespaces/demo', 'namespaces', ''],
  ] as const) {
    it(`are asked for by ${path} as ${kind} of ${namespace || 'no namespace'}`, () => {
      expect(flowOf(path)).to.deep.equal({ kind, namespace });
    });
  }
});
