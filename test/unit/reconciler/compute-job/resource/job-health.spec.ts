import { expect } from 'chai';
import { jobHealth } from '../../../../../reconciler/compute-job/resource/job-health.ts';
import type { Finding } from '../../../../../reconciler/runtime/conditions.ts';

const condition = (type: string, status: Finding['status'], reason: string): Finding => ({
  ...{ type, status, reason },
  message: `${reason}.`,
});

const row = (state: 'Pending' | 'Running' | 'Completed' | 'Failed', ...conditions: Finding[]) =>
  jobHealth(state, conditions).map(({ type, status, reason }) => `${type}=${status}/${reason}`);

describe('health of a ComputeJob', () => {
  it('is reconciling, with the reason of Scheduled, while it waits, starts or restarts', () => {
    for (const [status, reason] of [
      ['False', 'WaitingForNodes'],
      ['True', 'Placed'],
      ['False', 'BackingOff'],
    ] as const) {
      const rows = row('Pending', condition('Scheduled', status, reason));
      expect(rows).to.deep.equal([`Ready=False/${reason}`, `Reconciling=True/${reason}`]);
    }
    expect(row('Pending')).to.deep.equal(['Reconciling=True/Pending']);
  });

  it('is ready while it runs, also while it waits to grow', () => {
    expect(row('Running', condition('Scheduled', 'False', 'WaitingToGrow'))).to.deep.equal([
      'Ready=True/Running',
      'Reconciling=False/Idle',
    ]);
  });

  it('is ready and finished when it is completed', () => {
    expect(row('Completed', condition('Complete', 'True', 'Succeeded'))).to.deep.equal([
      'Ready=True/Completed',
      'Reconciling=False/Idle',
      'Finished=True/Completed',
    ]);
  });

  it('is stalled and finished when it failed, for the reason of Failed', () => {
    expect(row('Failed', condition('Failed', 'True', 'BackoffLimitExceeded'))).to.deep.equal([
      'Ready=False/BackoffLimitExceeded',
      'Reconciling=False/Idle',
      'Stalled=True/BackoffLimitExceeded',
      'Finished=True/Failed',
    ]);
  });

  it('says nothing of being ready while it is suspended, and is reconciling again when it is resumed', () => {
    const scheduled = condition('Scheduled', 'False', 'Suspended');
    expect(row('Pending', scheduled, condition('Suspended', 'True', 'Suspended'))).to.deep.equal([
      'Reconciling=False/Idle',
    ]);
    const resumed = row(
      'Pending',
      condition('Scheduled', 'False', 'WaitingForNodes'),
      condition('Suspended', 'False', 'Resumed'),
    );
    expect(resumed).to.include('Reconciling=True/WaitingForNodes');
  });

  it('is stalled by a spec that was stored under an older definition', () => {
    expect(row('Pending', condition('Scheduled', 'False', 'InvalidSpec'))).to.include('Stalled=True/InvalidSpec');
  });
});
