import { expect } from 'chai';
import {
  OPERATOR_LABELS,
  OPERATOR_SELECTOR,
  PEER_CHILDREN_SELECTOR,
  peerLabels,
  peerSelector,
  selectorText,
} from '../../../constructs/labels.ts';

describe('labels', () => {
  it('write a selector as kubectl takes it', () => {
    expect(selectorText(peerSelector('web'))).to.equal(
      'app.kubernetes.io/name=rollcall,app.kubernetes.io/instance=web,app.kubernetes.io/component=peer',
    );
  });

  it('let one selector find the children of every group', () => {
    for (const group of ['web', 'db']) {
      const labels = selectorText(peerLabels(group)).split(',');
      expect(labels).to.include.members(PEER_CHILDREN_SELECTOR.split(','));
    }
  });

  it("keep the operator's pods apart from a group of the operator's name", () => {
    expect(peerLabels('rollcall')).not.to.include(OPERATOR_SELECTOR);
    expect(OPERATOR_LABELS).not.to.include(peerSelector('rollcall'));
  });
});
