import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseConfig } from '../../../../server/protocol/read-config.ts';

const root = join(import.meta.dirname, '../../../..');

describe('examples/peers', () => {
  for (const file of globSync('examples/peers/*.yaml', { cwd: root }).sort()) {
    it(`${file} is a config that peers accept`, () => {
      const config = parseConfig(readFileSync(join(root, file), 'utf8'), file, 'web-0');
      expect(config.peers.length + (config.service ? 1 : 0)).to.be.greaterThan(0);
    });
  }

  it('the config in the reference is one that peers accept', () => {
    const page = readFileSync(join(root, 'docs/reference/peer-config.md'), 'utf8');
    const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!);
    expect(blocks.length).to.be.greaterThan(0);
    for (const text of blocks) parseConfig(text, 'reference', 'web-0');
  });
});
