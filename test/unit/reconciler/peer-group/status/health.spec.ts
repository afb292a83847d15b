import { expect } from 'chai';
import type { Problem } from '../../../../../reconciler/peer-group/problem.ts';
import type { ProblemReason } from '../../../../../reconciler/peer-group/reasons.ts';
import { groupHealth, type HealthInput } from '../../../../../reconciler/peer-group/status/health.ts';
import type { Condition, Finding } from '../../../../../reconciler/runtime/conditions.ts';

const finding = (type: string, status: Finding['status'], reason = `${type}${status}`): Finding => ({
  ...{ type, status, reason },
  message: `${reason}.`,
});

const written = (type: string, status: Finding['status'], reason = '', observedGeneration = 2): Condition => ({
  ...finding(type, status, reason),
  ...{ observedGeneration, lastTransitionTime: '2026-01-01T00:00:00Z' },
});

const health = (input: Partial<HealthInput> = {}) =>
  groupHealth({
    problems: [],
    ready: finding('Ready', 'True'),
    progressing: finding('Progressing', 'False'),
    degraded: finding('Degraded', input.problems?.length ? 'True' : 'False', input.problems?.[0]?.reason),
    connected: finding('Connected', 'True', 'AllLinksUp'),
    before: [],
    generation: 2,
    ...input,
  });

const problem = (reason: ProblemReason): Problem => ({ reason, message: `${reason}.` });
const broken = finding('Connected', 'False', 'LinksDown');
const connecting = finding('Connected', 'False', 'Connecting');

describe('health of a PeerGroup', () => {
  it('is current once every link has answered', () => {
    expect(health().type).to.equal('Current');
  });

  it('is reconciling during a rollout, until links have answered, and while no pod has reported about the new spec', () => {
    expect(health({ progressing: finding('Progressing', 'True', 'RollingOut') })).to.include({ reason: 'RollingOut' });
    expect(health({ connected: connecting })).to.include({ type: 'Reconciling', reason: 'Connecting' });
    const before = [written('Connected', 'True', 'AllLinksUp', 1)];
    expect(health({ connected: undefined, before })).to.include({ type: 'Reconciling', reason: 'Connecting' });
  });

  it('says that pods are not ready rather than that links have not answered', () => {
    const ready = finding('Ready', 'False', 'PodsNotReady');
    expect(health({ ready, connected: connecting })).to.include({ type: 'Reconciling', reason: 'PodsNotReady' });
  });

  it('stays reconciling when links break before they ever worked', () => {
    const before = [written('Reconciling', 'True', 'Pending')];
    expect(health({ connected: broken, before })).to.include({ type: 'Reconciling', reason: 'LinksDown' });
  });

  it('is reconciling from the next change on, also when links are broken at that moment', () => {
    const before = [written('Reconciling', 'False', 'Idle', 1), written('Connected', 'False', 'LinksDown', 1)];
    expect(health({ connected: broken, before })).to.include({ type: 'Reconciling', reason: 'LinksDown' });
    const stalled = [written('Reconciling', 'False'), written('Stalled', 'True')];
    expect(health({ connected: broken, before: stalled }).type).to.equal('Reconciling');
  });

  it('stays current when links break later, also for an object of an older operator', () => {
    expect(health({ connected: broken, before: [written('Reconciling', 'False')] }).type).to.equal('Current');
    expect(health({ connected: broken, before: [written('Connected', 'True')] }).type).to.equal('Current');
    expect(health({ connected: connecting, before: [written('Reconciling', 'False')] }).type).to.equal('Current');
  });

  it('is stalled by what only a change ends, with the reason and message of Degraded', () => {
    for (const reason of ['NameConflict', 'QuotaExceeded', 'InvalidSpec', 'ConfigInvalid'] as const) {
      const expected = { type: 'Stalled', reason, message: `${reason}.` };
      expect(health({ problems: [problem(reason)] })).to.deep.equal(expected);
      expect(health({ problems: [problem('NoSuchGroup'), problem(reason)] }).type).to.equal('Stalled');
    }
  });

  it('waits for what may yet appear', () => {
    for (const reason of ['NoSuchGroup', 'CertificateMissing', 'CertManagerMissing'] as const) {
      expect(health({ problems: [problem(reason)] })).to.include({ type: 'Reconciling', reason });
    }
  });
});
