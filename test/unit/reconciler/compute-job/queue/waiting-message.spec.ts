import { expect } from 'chai';
import { waitingMessage } from '../../../../../reconciler/compute-job/queue/waiting-message.ts';
import type { Amounts } from '../../../../../reconciler/node-resources/amounts.ts';

const message = (shortage: object, position: number, requests: Amounts, nodeSelector = {}, specPriority = 0) =>
  waitingMessage(
    { shortage: { ...SHORTAGE, ...shortage }, position },
    { requests, nodeSelector, priority: Math.min(specPriority, 1000) },
    specPriority,
  );

const SHORTAGE = { wanted: 3, matching: 5, running: 4, schedulable: 4, fitting: 2, avoided: 0, reserved: 0 };

describe('why a job waits, in numbers', () => {
  it('goes from nodes that match to nodes that have room', () => {
    expect(message({}, 2, { cpu: 4000, pods: 1 }, { disk: 'ssd' })).to.equal(
      'needs 3 nodes, 2 available: 5 match disk=ssd, of these 4 are Running, of these 2 have 4 CPU free; position 2 in the queue',
    );
  });

  it('names every resource, and a pod where none is requested', () => {
    const all = { cpu: 500, memory: 2 ** 30, 'nvidia.com/gpu': 2, pods: 1 };
    expect(message({}, 1, all)).to.equal(
      'needs 3 nodes, 2 available: 5 in the cluster, of these 4 are Running, of these 2 have 500m CPU, 1Gi, 2 nvidia.com/gpu free; position 1 in the queue',
    );
    expect(message({}, 1, { pods: 1 })).to.match(/of these 2 have room for a pod;/);
  });

  it('counts cordoned and tainted nodes and nodes that are reserved for others', () => {
    const shortage = { wanted: 1, matching: 3, running: 3, schedulable: 2, fitting: 1, reserved: 1 };
    expect(message(shortage, 11, { cpu: 1000 })).to.equal(
      'needs 1 node, 0 available: 3 in the cluster, of these 3 are Running, of these 2 are neither cordoned nor tainted, of these 1 has 1 CPU free, 1 of them is reserved for jobs ahead in the queue; beyond position 10 in the queue',
    );
  });

  it('counts nodes that the gang avoids', () => {
    expect(message({ avoided: 1 }, 1, { cpu: 1000 })).to.include(
      '2 have 1 CPU free, 1 of them is avoided because a pod of this job is running or could not start there;',
    );
  });

  it('says how a priority is limited in its namespace', () => {
    expect(message({}, 1, {}, {}, 2_147_483_647)).to.match(
      /; priority 2147483647 is limited to 1000 in this namespace$/,
    );
  });
});
