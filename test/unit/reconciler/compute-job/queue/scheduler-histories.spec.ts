import { expect } from 'chai';
import fc from 'fast-check';
import { type QueueEvent, QueueWorld } from '../../../../support/queue-world.ts';

const nodes = fc.array(fc.record({ cpu: fc.constantFrom(4, 4, 2), disk: fc.boolean() }), {
  minLength: 2,
  maxLength: 8,
});
const which = fc.nat(9);
const submits = fc.record({
  type: fc.constant('submit' as const),
  job: fc.record({
    namespace: fc.constantFrom('a', 'b', 'c'),
    count: fc.integer({ min: 1, max: 5 }),
    cpu: fc.constantFrom(0, 1, 1, 2, 4),
    priority: fc.nat(1),
    picky: fc.boolean(),
  }),
});
const changes = fc.record({
  type: fc.constantFrom('end', 'reject', 'dry-run', 'retry', 'delete'),
  which,
  avoid: fc.boolean(),
});
const events: fc.Arbitrary<QueueEvent> = fc.oneof(
  { weight: 4, arbitrary: submits },
  { weight: 3, arbitrary: changes },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('edit' as const), which, count: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.oneof(
      fc.record({ type: fc.constant('node' as const), which }),
      fc.record({ type: fc.constant('others' as const), which }),
    ),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), minutes: fc.constantFrom(1, 6, 6, 30) }) },
);

/** A job with something on every node, and one behind it that wants whole nodes and was passed by a third one for long enough. */
const heads = fc.record({ count: fc.integer({ min: 1, max: 3 }), minutes: fc.constantFrom(6, 30) });
function crowd({ count, minutes }: { readonly count: number; readonly minutes: number }, nodes: number): QueueEvent[] {
  const submit = (namespace: string, count: number, cpu: number): QueueEvent => ({
    type: 'submit',
    job: { namespace, count, cpu, priority: 0, picky: false },
  });
  return [submit('a', nodes, 1), submit('b', count, 4), submit('c', 1, 1), { type: 'wait', minutes }];
}

describe('job scheduling over time', () => {
  it('starts the next job when one with reserved nodes is deleted, though no node has become free', () => {
    const nodes = [
      { cpu: 4, disk: false },
      { cpu: 4, disk: false },
    ];
    const world = new QueueWorld(nodes);
    const small: QueueEvent = {
      type: 'submit',
      job: { namespace: 'a', count: 2, cpu: 0, priority: 0, picky: false },
    };
    for (const event of [...crowd({ count: 1, minutes: 6 }, nodes.length), small]) world.happen(event);
    const states = () => [...world.jobs.values()].map(({ state }) => state);
    expect(states()).to.deep.equal(['Placed', 'Queued', 'Placed', 'Queued']);
    world.happen({ type: 'delete', which: 1, avoid: false });
    expect(states()).to.deep.equal(['Placed', 'Placed', 'Placed']);
  });

  it('starts every queued job that fits on nodes which those ahead of it do not need, whatever is rejected, lost, edited or ends', function () {
    this.timeout(20_000);
    fc.assert(
      fc.property(nodes, fc.option(heads), fc.array(events, { maxLength: 30 }), (nodes, head, history) => {
        const world = new QueueWorld(nodes);
        for (const event of [...(head ? crowd(head, nodes.length) : []), ...history]) {
          world.happen(event);
          world.check();
        }
        world.drain();
      }),
      { numRuns: 100 },
    );
  });
});
