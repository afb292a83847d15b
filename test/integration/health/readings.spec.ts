import { expect } from 'chai';
import fc from 'fast-check';
import { describeMissingGo } from '../../cluster/requirements.ts';
import { checkReadings } from '../../support/health/check-readings.ts';
import { groupHistories, jobHistories, nodeHistories } from '../../support/health/fuzz-statuses.ts';
import { IS_FULL } from '../../support/it-long.ts';
import { skipUnlessPossible } from '../../support/skip.ts';

/** Histories of a kind of object. */
const SAMPLES = IS_FULL ? { groups: 2_000, jobs: 1_000, nodes: 200 } : { groups: 300, jobs: 200, nodes: 100 };
/** A first build of the judge, in milliseconds. */
const BUILD_MS = 10 * 60_000;

/** The suites that run operators let the judges read every status that they bring about, too: see status-recorder.ts. */
describe('health as kstatus, Argo CD and Flux read it', function () {
  this.timeout(BUILD_MS);

  before(async function () {
    skipUnlessPossible(this, await describeMissingGo('health-judge'));
  });

  it('is right for whatever a PeerGroup may go through', async () => {
    expect(await checkReadings(fc.sample(groupHistories, SAMPLES.groups))).to.be.at.least(SAMPLES.groups);
  });

  it('is right for whatever a ComputeJob may go through', async () => {
    expect(await checkReadings(fc.sample(jobHistories, SAMPLES.jobs))).to.be.at.least(SAMPLES.jobs / 5);
  });

  it('is right for whatever a ComputeNode may go through', async () => {
    expect(await checkReadings(fc.sample(nodeHistories, SAMPLES.nodes))).to.be.at.least(SAMPLES.nodes / 2);
  });
});
