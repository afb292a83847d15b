import { expect } from 'chai';
import type { ApplyConfiguration } from '../../../../reconciler/kube/object.ts';
import { NoOpApplies } from '../../../../reconciler/runtime/no-op-applies.ts';
import { withAppliedHash } from '../../../../reconciler/runtime/plan-children.ts';
import { object } from '../kube/builders.ts';

const rendered = (data: string): ApplyConfiguration => withAppliedHash({ ...object('web'), data });

describe('memory of applies that changed nothing', () => {
  it('knows the same rendering on the same state', () => {
    const memory = new NoOpApplies();
    memory.add(object('web', { resourceVersion: '5' }), rendered('a'));
    expect(memory.has(object('web', { resourceVersion: '5' }), rendered('a'))).to.equal(true);
  });

  it('lets a changed object, or another rendering, be tried anew', () => {
    const memory = new NoOpApplies();
    memory.add(object('web', { resourceVersion: '5' }), rendered('a'));
    expect(memory.has(object('web', { resourceVersion: '6' }), rendered('a'))).to.equal(false);
    expect(memory.has(object('web', { resourceVersion: '5' }), rendered('b'))).to.equal(false);
  });

  it('forgets an object that is gone', () => {
    const memory = new NoOpApplies();
    memory.add(object('web', { resourceVersion: '5' }), rendered('a'));
    memory.delete(object('web'));
    expect(memory.has(object('web', { resourceVersion: '5' }), rendered('a'))).to.equal(false);
  });
});
