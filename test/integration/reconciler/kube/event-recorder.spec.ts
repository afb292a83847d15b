import { expect } from 'chai';
import { EventRecorder } from '../../../../reconciler/kube/event-recorder.ts';
import { controlPlane, namespaceFor } from '../../../support/control-plane.ts';
import { type AnyObject, openWorld, type World } from '../../../support/world.ts';

describe('event recorder', () => {
  let world: World;
  let clock: number;
  let dropped: number;

  before(() => {
    world = openWorld(controlPlane());
  });

  beforeEach(() => {
    clock = Date.now();
    dropped = 0;
  });

  after(() => world?.close());

  function recorder(): EventRecorder {
    return new EventRecorder({
      client: world.client,
      controller: 'rollcall.dev/test',
      instance: 'test-0',
      fieldManager: 'test',
      now: () => clock,
      onDropped: () => dropped++,
    });
  }

  /** Something in the namespace to tell about. */
  function regarding(ns: string): Promise<AnyObject> {
    return world.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: ns, name: 'web' } });
  }

  const note = { type: 'Warning', reason: 'Refused', action: 'Apply' } as const;

  it('writes what it is told, about whom', async function () {
    const ns = await namespaceFor(this);
    const events = recorder();
    events.record({ ...note, regarding: await regarding(ns), note: 'no room' });
    await events.flush();
    const [event, ...others] = await world.list('Event', ns);
    expect(others).to.deep.equal([]);
    expect(event).to.include({ ...note, note: 'no room', reportingController: 'rollcall.dev/test' });
    expect(event?.regarding).to.include({ kind: 'ConfigMap', name: 'web' });
  });

  it('cuts what is longer than the API server takes, in any script', async function () {
    const ns = await namespaceFor(this);
    const events = recorder();
    const object = await regarding(ns);
    for (const letter of ['a', 'ü', '日', '🦀'])
      events.record({ ...note, regarding: object, note: letter.repeat(1_024) });
    await events.flush();
    expect(dropped).to.equal(0);
    const notes = (await world.list('Event', ns)).map(({ note }) => note as string).sort();
    expect(notes).to.deep.equal(['a'.repeat(1_024), 'ü'.repeat(512), '日'.repeat(341), '🦀'.repeat(256)]);
  });

  it('makes one Event with a count of what is said again and again', async function () {
    const ns = await namespaceFor(this);
    const events = recorder();
    const object = await regarding(ns);
    for (let i = 0; i < 4; i++) {
      events.record({ ...note, regarding: object, note: 'no room' });
      clock += 31_000;
    }
    await events.flush();
    const written = await world.list('Event', ns);
    expect(written.map(({ series }) => series?.count)).to.deep.equal([4]);
  });

  it('makes another Event of what is said again after six minutes', async function () {
    const ns = await namespaceFor(this);
    const events = recorder();
    const object = await regarding(ns);
    events.record({ ...note, regarding: object, note: 'no room' });
    clock += 6 * 60_000;
    events.record({ ...note, regarding: object, note: 'no room' });
    await events.flush();
    expect(await world.list('Event', ns)).to.have.length(2);
  });

  it('keeps the time at which it was told, however long the Event waits behind others', async function () {
    const ns = await namespaceFor(this);
    const events = recorder();
    const object = await regarding(ns);
    const told = clock;
    events.record({ ...note, regarding: object, note: 'first' });
    events.record({ ...note, regarding: object, note: 'second' });
    clock += 10_000;
    await events.flush();
    const times = (await world.list('Event', ns)).map(({ eventTime }) => Date.parse(eventTime));
    expect(times).to.deep.equal([told, told]);
  });

  it('counts what could not be written, and goes on', async function () {
    const ns = await namespaceFor(this);
    const events = recorder();
    const object = await regarding(ns);
    const nowhere = { ...object, metadata: { ...object.metadata, namespace: 'nowhere' } };
    events.record({ ...note, regarding: nowhere, note: 'lost' });
    events.record({ ...note, regarding: object, note: 'kept' });
    await events.flush();
    expect(dropped).to.equal(1);
    expect(await world.list('Event', ns)).to.have.length(1);
  });
});
