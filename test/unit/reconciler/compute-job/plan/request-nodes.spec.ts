import { expect } from 'chai';
import { requestNodes } from '../../../../../reconciler/compute-job/plan/request-nodes.ts';
import { requestedPods } from '../../../../../reconciler/compute-job/queue/placement-request.ts';
import { jobInput } from '../../../../support/compute-jobs.ts';

const GAP = { attempt: 2, firstIndex: 1, count: 2, preferred: ['n0'], avoided: new Set(['n9']) };
const request = (options: Parameters<typeof jobInput>[0] = {}, gap: Partial<typeof GAP> = {}) =>
  requestNodes(jobInput(options), { ...GAP, ...gap });

describe('the request for nodes', () => {
  it('has everything that the scheduler needs of the job', () => {
    const tolerations = [{ key: 'gpu', operator: 'Exists' as const }];
    const spec = { nodeSelector: { disk: 'ssd' }, tolerations, resources: { requests: { cpu: 2 } } };
    expect(request({ spec, priority: 5, created: 7 })).to.deep.include({
      ...GAP,
      key: 'demo/train',
      priority: 5,
      created: 7,
      requests: { cpu: 2000, pods: 1 },
      nodeSelector: { disk: 'ssd' },
      tolerations,
    });
  });

  it('names the pods that will be created, one for each node', () => {
    expect(requestedPods(request())).to.deep.equal(['demo/train-gang-2-1', 'demo/train-gang-2-2']);
  });

  it('is another one when attempt, size, selector, tolerations or resources change', () => {
    const ids = [
      request(),
      request({}, { attempt: 3 }),
      request({}, { firstIndex: 0 }),
      request({}, { count: 3 }),
      request({ spec: { nodeSelector: { disk: 'ssd' } } }),
      request({ spec: { tolerations: [{ operator: 'Exists' }] } }),
      request({ spec: { resources: { requests: { cpu: 1 } } } }),
    ].map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('is the same one when priority, preferred or avoided nodes change: nodes that were chosen for it still count', () => {
    const { id } = request();
    expect(request({ priority: 100 }).id).to.equal(id);
    expect(request({}, { preferred: [], avoided: new Set() }).id).to.equal(id);
  });
});
