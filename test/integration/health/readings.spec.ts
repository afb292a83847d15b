import { expect } from 'chai';
import fc from 'fast-check';
import { describeMissingGo } from '../../cluster/requirements.ts';
import { checkReadings } from '../../support/health/check-readings.ts';
import { groupHistories, jobHistories, nodeHistories } from '../../support/health/fuzz-statuses.ts';
import { skipUnlessPossible } from '../../support/skip.ts';

/** A first build of the judge, in milliseconds. */
const BUILD_MS = 10 * 60_000;

/** The suites that run operators let the judges read every status that they bring about, too: see status-recorder.ts. */
describe('health as kstatus, Argo CD and Flux read it', function () {
  this.timeout(BUILD_MS);

  before(async function () {
    skipUnlessPossible(this, await describeMissingGo('health-judge'));
  });

  it('is right for whatever a PeerGroup may go through', async () => {
    expect(await checkReadings(fc.sample(groupHistories, 2_000))).to.be.at.least(2_000);
  });

  it('is right for whatever a ComputeJob may go through', async () => {
    expect(await checkReadings(fc.sample(jobHistories, 1_000))).to.be.at.least(200);
  });

  it('is right for whatever a ComputeNode may go through', async () => {
    expect(await checkReadings(fc.sample(nodeHistories, 200))).to.be.at.least(100);
  });
});
