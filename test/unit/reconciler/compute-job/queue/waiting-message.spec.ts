import { expect } from 'chai';
import { scheduledMessage, type WaitingJob } from '../../../../../reconciler/compute-job/queue/waiting-message.ts';
import type { Amounts } from '../../../../../reconciler/node-resources/amounts.ts';

const waitingFor = (requests: Amounts, nodeSelector: Record<string, string>): WaitingJob => ({
  requests,
  nodeSelector,
  priority: { asked: 0, counts: 0 },
});

const SHORTAGE = { wanted: 3, matching: 5, running: 4, open: 4, fitting: 2, avoided: 0, kept: 0 };

describe('why a job waits, in numbers', () => {
  it('goes from nodes that match to nodes that have room', () => {
    expect(
      scheduledMessage({ shortage: SHORTAGE, position: 2 }, waitingFor({ cpu: 4000, pods: 1 }, { disk: 'ssd' })),
    ).to.equal('wants 3 nodes: 5 match disk=ssd, 4 Running, 2 have 4 CPU free; position 2 in the queue');
  });

  it('names every resource, and a pod where none is asked for', () => {
    const all = { cpu: 500, memory: 2 ** 30, 'nvidia.com/gpu': 2, pods: 1 };
    expect(scheduledMessage({ shortage: SHORTAGE, position: 1 }, waitingFor(all, {}))).to.equal(
      'wants 3 nodes: 5 exist, 4 Running, 2 have 500m CPU, 1Gi, 2 nvidia.com/gpu free; position 1 in the queue',
    );
    expect(scheduledMessage({ shortage: SHORTAGE, position: 1 }, waitingFor({ pods: 1 }, {}))).to.match(
      /2 have room for a pod free;/,
    );
  });

  it('tells cordons, taints and nodes that are reserved for others where there are some', () => {
    const shortage = { wanted: 1, matching: 3, running: 3, open: 2, fitting: 1, avoided: 0, kept: 1 };
    expect(scheduledMessage({ shortage, position: 11 }, waitingFor({ cpu: 1000 }, {}))).to.equal(
      'wants 1 node: 3 exist, 3 Running, 2 neither cordoned nor tainted, 1 have 1 CPU free, 1 of them reserved for jobs ahead; more than 10 ahead',
    );
  });

  it('says of nodes that the gang avoids that it avoids them', () => {
    const shortage = { ...SHORTAGE, avoided: 1 };
    expect(scheduledMessage({ shortage, position: 1 }, waitingFor({ cpu: 1000 }, {}))).to.include(
      '2 have 1 CPU free, 1 of them avoided, because pods of this job are or could not start there;',
    );
  });

  it('says what a priority beyond the range of its namespace counts as', () => {
    const job = { ...waitingFor({}, {}), priority: { asked: 2_147_483_647, counts: 1000 } };
    expect(scheduledMessage({ shortage: SHORTAGE, position: 1 }, job)).to.match(
      /; priority 2147483647 counts as 1000 in this namespace$/,
    );
  });
});
