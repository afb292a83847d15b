import { expect } from 'chai';
import { connectedCondition } from '../../../../../reconciler/peer-group/connectivity/connected.ts';
import type { LinksResult } from '../../../../../reconciler/peer-group/connectivity/evaluate-links.ts';
import type { Condition } from '../../../../../reconciler/runtime/conditions.ts';
import { linksResult, NOW } from './support.ts';

const wasTrue: Condition = {
  type: 'Connected',
  status: 'True',
  observedGeneration: 3,
  lastTransitionTime: '',
  reason: 'AllLinksUp',
  message: '',
};
const link = { from: 'a', to: 'b', since: NOW, reason: 'NodeFailed: no route' };

function find(differs: Partial<LinksResult>, before: Condition = wasTrue, generation = 3, linksBefore = 6) {
  const finding = connectedCondition({ result: linksResult(6, differs), linksBefore, before, generation });
  return finding && { status: finding.status, reason: finding.reason, message: finding.message };
}

describe('the condition Connected', () => {
  it('is True when every link works', () => {
    expect(find({})).to.include({ status: 'True', reason: 'AllLinksUp' });
  });

  it('is True when no link is asked for', () => {
    expect(find({ links: 0, up: 0 })).to.include({ status: 'True', reason: 'NoLinksExpected' });
  });

  it('is False as soon as a link fails, and names it', () => {
    expect(find({ up: 5, failing: [link] })).to.deep.equal({
      status: 'False',
      reason: 'LinksDown',
      message: '1 of 6 links are down: a → b: NodeFailed: no route',
    });
  });

  it('is Unknown, never True, when a report is stale', () => {
    expect(find({ silent: ['web-3'] })).to.deep.equal({
      status: 'Unknown',
      reason: 'ReportsStale',
      message: 'No report from web-3',
    });
  });

  it('stays True during a planned change', () => {
    expect(find({ up: 4, planned: 2, plannedReasons: ['Terminating'] })).to.include({
      status: 'True',
      reason: 'PlannedChange',
    });
  });

  it('becomes True after a change of the spec only once every link has answered', () => {
    expect(find({ up: 4, planned: 2 }, wasTrue, 4, 4)).to.include({ status: 'False', reason: 'Connecting' });
    expect(find({ up: 4, planned: 1 }, wasTrue, 4)).to.include({ status: 'False', reason: 'Connecting' });
  });

  it('does not become True by plannedReasons', () => {
    expect(find({ up: 4, planned: 2 }, { ...wasTrue, status: 'False' })).to.include({
      status: 'False',
      reason: 'Connecting',
    });
  });

  it('is not True while nodes are without a peer, however well the others are', () => {
    expect(find({ links: 0, up: 0, awaited: 3 }, { ...wasTrue, status: 'False' })).to.deep.equal({
      status: 'False',
      reason: 'Connecting',
      message: '3 nodes have no peer yet.',
    });
  });

  it('stays True when a node joins', () => {
    expect(find({ links: 8, planned: 2, awaited: 1 })).to.include({ status: 'True', reason: 'PlannedChange' });
    expect(find({ links: 8, planned: 0, awaited: 1, awaitedTooLong: true })).to.include({ status: 'False' });
  });

  it('stays what it was, of the former generation, until every pod reports about the present one', () => {
    expect(find({ outdated: 1 }, wasTrue, 4)).to.equal(undefined);
    expect(find({ outdated: 0 }, wasTrue, 4)).to.include({ status: 'True', reason: 'AllLinksUp' });
    expect(find({ outdated: 2 }, { ...wasTrue, status: 'False' }, 4)).to.deep.equal({
      status: 'False',
      reason: 'Connecting',
      message: '2 pods have not reported the current configuration yet.',
    });
  });

  it('stays True when the config changes without a change of the spec, as it does when a node joins', () => {
    expect(find({ outdated: 3 })).to.equal(undefined);
  });

  it('is not True for longer than that when a pod never reports the present config', () => {
    for (const generation of [3, 4])
      expect(find({ outdated: 1, late: ['web-1'] }, wasTrue, generation)).to.include({
        status: 'False',
        reason: 'Connecting',
      });
  });

  it('stays what it was while a rollout under a new generation asks for no more links than before', () => {
    expect(find({ up: 4, planned: 2 }, wasTrue, 4)).to.equal(undefined);
    expect(find({ links: 2, up: 0, planned: 2, awaited: 1 }, wasTrue, 4, 2)).to.equal(undefined);
  });

  it('is False while something is asked for that no config contains, whatever else works', () => {
    const unmet = [
      { name: 'backnd', message: 'peers references PeerGroup backnd, which does not exist', links: 1 as const },
    ];
    expect(find({ links: 1, up: 0, missingTargets: unmet })).to.deep.equal({
      status: 'False',
      reason: 'TargetMissing',
      message: 'peers references PeerGroup backnd, which does not exist',
    });
    expect(find({ missingTargets: [{ ...unmet[0]!, links: 0 }] })).to.include({
      status: 'False',
      reason: 'TargetMissing',
    });
  });

  it('is Unknown, and names the pod, when a report contradicts itself', () => {
    expect(find({ up: 4, contradictions: [{ peer: 'web-1', fault: 'lists web-0 twice' }] })).to.deep.equal({
      status: 'Unknown',
      reason: 'ReportsContradictory',
      message: 'Ignored inconsistent reports: web-1 lists web-0 twice',
    });
  });

  it('names a link that fails before what is not known', () => {
    expect(
      find({ up: 4, failing: [link], silent: ['c'], contradictions: [{ peer: 'b', fault: 'is by c' }] }),
    ).to.include({ status: 'False', reason: 'LinksDown' });
  });
});
