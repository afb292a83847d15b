import { expect } from 'chai';
import fc from 'fast-check';
import { Ledger } from '../../../../../reconciler/compute-job/queue/ledger.ts';
import { placementPass } from '../../../../../reconciler/compute-job/queue/placement-pass.ts';
import { capacityOf } from '../../../../../reconciler/compute-node/capacity.ts';
import { podRequests } from '../../../../../reconciler/node-resources/pod-requests.ts';
import { ledgerNode, ledgerNodes, queuedRequest } from '../../../../support/compute-jobs.ts';

/** Properties that every object of JavaScript seems to have. JSON.parse makes own properties of all of them. */
const NAMES = [...Object.getOwnPropertyNames(Object.prototype), 'cpu', 'memory'];
const quantities = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom('1', '2')), { maxLength: 6 })
  .map((entries) => JSON.parse(`{${entries.map(([name, text]) => `"${name}":"${text}"`).join(',')}}`));

const container = (requests: Record<string, string>) => ({
  spec: { containers: [{ name: 'job', resources: { requests } }] },
});

describe('names that properties of every object have', () => {
  it('are resources like any other', () => {
    fc.assert(
      fc.property(quantities, (asked) => {
        const requests = podRequests(container(asked));
        for (const [name, text] of Object.entries<string>(asked)) {
          expect(requests[name]).to.equal(Number(text) * (name === 'cpu' ? 1000 : 1));
        }
        expect(Object.keys(requests).sort()).to.deep.equal([...new Set([...Object.keys(asked), 'pods'])].sort());
      }),
    );
  });

  it('of a resource hold nothing for ever: what a pod took is free again once it is gone', () => {
    fc.assert(
      fc.property(quantities, quantities, (mine, others) => {
        const ledger = new Ledger();
        const allocatable = { ...podRequests(container(others)), cpu: 4000, pods: 110 };
        ledger.setNode({ ...ledgerNode('n0'), allocatable, capacity: capacityOf({}, allocatable) });
        ledger.setPod('ns/a', { node: 'n0', requests: podRequests(container(mine)), job: 'ns/job' });
        ledger.table();
        ledger.removePod('ns/a');
        expect(ledger.allocated('n0')).to.deep.equal({ amounts: {}, jobs: [] });
        const { placed } = placementPass(ledger.table(), [queuedRequest('b', 1)]);
        expect([...placed.keys()]).to.deep.equal(['b']);
      }),
    );
  });

  it('of a label are not found on a node without it', () => {
    const ledger = new Ledger();
    for (const node of ledgerNodes(1)) ledger.setNode(node);
    const wanted = queuedRequest('b', 1, { nodeSelector: JSON.parse('{"__proto__":"x"}') });
    const { waiting } = placementPass(ledger.table(), [wanted]);
    expect(waiting.get('b')?.shortage.matching).to.equal(0);
  });
});
