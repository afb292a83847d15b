import { expect } from 'chai';
import { CONFIG_MAPS } from '../../../../reconciler/peer-group/resources.ts';
import { controlPlane, namespaceFor } from '../../../support/control-plane.ts';
import { openWorld, type World } from '../../../support/world.ts';

/** Every character of the first plane in blocks, and some beyond: all that UTF-8 can carry. */
function everyCharacter(): Record<string, string> {
  const blocks: Record<string, string> = {};
  for (let first = 0; first < 0x10000; first += 0x1000) {
    const codes = Array.from({ length: 0x1000 }, (_, i) => first + i).filter((code) => code < 0xd800 || code > 0xdfff);
    blocks[`block-${first.toString(16)}`] = String.fromCodePoint(...codes);
  }
  return { ...blocks, beyond: '🦀\u{1fffe}\u{e0001}\u{10ffff}', crlf: 'a\r\nb\u0085c\u2028d' };
}

describe('an apply', () => {
  let world: World;
  before(() => {
    world = openWorld(controlPlane());
  });
  after(() => world.close());

  it('stores every character that a string can have', async function () {
    const namespace = await namespaceFor(this);
    const data = everyCharacter();
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'text', namespace }, data };
    await world.client.apply(CONFIG_MAPS, object, { fieldManager: 'test' });
    const stored = await world.get('ConfigMap', namespace, 'text');
    for (const [key, text] of Object.entries(data)) expect(stored?.data[key] === text, key).to.equal(true);
  });

  it('stores a replacement for half of a surrogate pair', async function () {
    const namespace = await namespaceFor(this);
    const data = { text: 'a\ud83d' };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'text', namespace }, data };
    await world.client.apply(CONFIG_MAPS, object, { fieldManager: 'test' });
    expect((await world.get('ConfigMap', namespace, 'text'))?.data).to.deep.equal({ text: 'a\ufffd' });
  });
});
