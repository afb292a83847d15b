import { expect } from 'chai';
import fc from 'fast-check';
import { NORMAL_PER_LOW, type Priority, WaitingKeys } from '../../../../reconciler/runtime/waiting-keys.ts';

function takeAll(waiting: WaitingKeys): string[] {
  const keys: string[] = [];
  for (let taken = waiting.take(); taken !== undefined; taken = waiting.take()) keys.push(taken.key);
  return keys;
}

function waitingKeys(fresh: readonly string[], backlog: readonly string[] = []): WaitingKeys {
  const waiting = new WaitingKeys();
  for (const key of backlog) waiting.add(key, 'Low', 0);
  for (const key of fresh) waiting.add(key, 'Normal', 0);
  return waiting;
}

/** The bound of the docstring, in takes. */
function bound(priority: Priority, ahead: number, namespaces: number): number {
  if (priority === 'Low') return namespaces * (ahead + 1) * (NORMAL_PER_LOW + 1);
  return namespaces * (ahead + 2 + Math.floor(ahead / NORMAL_PER_LOW));
}

interface Operation {
  /** Otherwise the key is added. */
  readonly isTake: boolean;
  readonly key: string;
  readonly priority: Priority;
}

/** A key that waits in a line. */
interface Expectation {
  readonly key: string;
  readonly namespace: string;
  readonly priority: Priority;
  /** Keys ahead of it when it was added. */
  readonly ahead: number;
  /** The most namespaces that have waited at once since. */
  namespaces: number;
  /** So far. */
  takes: number;
}

const operation: fc.Arbitrary<Operation> = fc.record({
  isTake: fc.integer({ min: 0, max: 4 }).map((n) => n < 2),
  // One namespace has most of the keys, as a flood has.
  key: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 29 }).map((n) => `flood/${n}`) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 2 })).map((n) => n.join('/')),
    },
    { weight: 1, arbitrary: fc.constantFrom('node-a', 'node-b') },
  ),
  priority: fc.constantFrom<Priority>('Normal', 'Normal', 'Normal', 'Low'),
});

describe('keys that wait', () => {
  it('are taken from namespaces in turn, whatever one of them has waiting', () => {
    expect(takeAll(waitingKeys(['a/1', 'a/2', 'a/3', 'b/1', 'c/1', 'b/2']))).to.deep.equal([
      ...['a/1', 'b/1', 'c/1'],
      ...['a/2', 'b/2', 'a/3'],
    ]);
  });

  it('count as of one namespace when they have none', () => {
    expect(takeAll(waitingKeys(['node-1', 'node-2', 'a/1']))).to.deep.equal(['node-1', 'a/1', 'node-2']);
  });

  it('give one of the backlog a turn after every few fresh ones', () => {
    const fresh = ['a/1', 'a/2', 'a/3', 'a/4', 'a/5', 'a/6'];
    expect(takeAll(waitingKeys(fresh, ['a/x', 'a/y']))).to.deep.equal([
      ...['a/1', 'a/2', 'a/3', 'a/4', 'a/x'],
      ...['a/5', 'a/6', 'a/y'],
    ]);
  });

  it('keep their place in the backlog when they become fresh behind many others', () => {
    const waiting = waitingKeys([], ['a/old']);
    for (let n = 0; n < 10; n++) waiting.add(`a/${n}`, 'Normal', 1);
    waiting.add('a/old', 'Normal', 2);
    expect(waiting.size).to.equal(11);
    const taken = Array.from({ length: NORMAL_PER_LOW + 1 }, () => waiting.take()!);
    expect(taken.at(-1)).to.deep.equal({ key: 'a/old', priority: 'Low', since: 0 });
    expect(takeAll(waiting)).not.to.include('a/old');
    expect(waiting.size).to.equal(0);
  });

  it('each have their turn within the documented number of takes, whatever is added meanwhile', () => {
    let longest = 0;
    fc.assert(
      fc.property(fc.array(operation, { minLength: 50, maxLength: 200, size: 'max' }), (operations) => {
        const waiting = new WaitingKeys();
        const expected = new Map<string, Expectation>();
        const take = () => {
          const taken = waiting.take();
          for (const each of expected.values()) {
            each.takes++;
            longest = Math.max(longest, each.takes);
            const atMost = bound(each.priority, each.ahead, each.namespaces);
            if (each.takes > atMost) throw new Error(`${each.key} has waited for ${each.takes} takes, not ${atMost}`);
          }
          expected.delete(`Normal ${taken?.key}`);
          expected.delete(`Low ${taken?.key}`);
        };
        for (const { isTake, key, priority } of operations) {
          if (isTake) {
            take();
            continue;
          }
          waiting.add(key, priority, 0);
          const namespace = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
          const ahead = [...expected.values()].filter(
            (each) => each.namespace === namespace && each.priority === priority,
          );
          const line = `${priority} ${key}`;
          if (!expected.has(line)) {
            expected.set(line, { key, namespace, priority, ahead: ahead.length, namespaces: 0, takes: 0 });
          }
          const namespaces = new Set([...expected.values()].map((each) => each.namespace)).size;
          for (const each of expected.values()) each.namespaces = Math.max(each.namespaces, namespaces);
        }
        while (waiting.size > 0) take();
        expect([...expected.keys()]).to.deep.equal([]);
      }),
      { numRuns: 50 },
    );
    // Otherwise nothing has waited for long enough to mean anything.
    expect(longest).to.be.greaterThan(20);
  });
});
