import { expect } from 'chai';
import { connectedFinding } from '../../../../../reconciler/peer-group/connectivity/connected.ts';
import type { LinkVerdicts } from '../../../../../reconciler/peer-group/connectivity/judge-links.ts';
import type { Condition } from '../../../../../reconciler/runtime/conditions.ts';
import { NOW, verdicts } from './support.ts';

const wasTrue: Condition = {
  type: 'Connected',
  status: 'True',
  observedGeneration: 3,
  lastTransitionTime: '',
  reason: 'AllLinksUp',
  message: '',
};
const link = { from: 'a', to: 'b', since: NOW, reason: 'NodeFailed: no route' };

function find(differs: Partial<LinkVerdicts>, before: Condition = wasTrue, generation = 3, missing = 0) {
  const finding = connectedFinding({ verdicts: verdicts(6, differs), missing, before, generation });
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
      message: '1 of 6 links do not work: a → b: NodeFailed: no route',
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
    expect(find({ up: 4, excused: 2, excuses: ['Terminating'] })).to.include({
      status: 'True',
      reason: 'PlannedChange',
    });
  });

  it('becomes True after a change of the spec only once every link has answered', () => {
    expect(find({ up: 4, excused: 2 }, wasTrue, 4)).to.include({ status: 'False', reason: 'Connecting' });
  });

  it('does not become True by excuses', () => {
    expect(find({ up: 4, excused: 2 }, { ...wasTrue, status: 'False' })).to.include({
      status: 'False',
      reason: 'Connecting',
    });
  });

  it('is not True while nodes are without a peer, however well the others are', () => {
    expect(find({ links: 0, up: 0 }, { ...wasTrue, status: 'False' }, 3, 3)).to.deep.equal({
      status: 'False',
      reason: 'Connecting',
      message: '3 nodes have no peer yet',
    });
  });

  it('stays True when a node joins', () => {
    expect(find({}, wasTrue, 3, 1)).to.include({ status: 'True' });
  });

  it('stays what it was, of the former generation, until every pod reports about the present one', () => {
    expect(find({ outdated: 1 }, wasTrue, 4)).to.equal(undefined);
    expect(find({ outdated: 0 }, wasTrue, 4)).to.include({ status: 'True', reason: 'AllLinksUp' });
    expect(find({ outdated: 2 }, { ...wasTrue, status: 'False' }, 4)).to.deep.equal({
      status: 'False',
      reason: 'Connecting',
      message: '2 pods have not reported about the present config yet',
    });
  });

  it('stays True when the config changes without a change of the spec, as it does when a node joins', () => {
    expect(find({ outdated: 3 })).to.include({ status: 'True', reason: 'AllLinksUp' });
  });
});
