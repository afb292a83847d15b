import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { faultOf } from '../../../server/links/judge-result.ts';

const guide = join(import.meta.dirname, '../../../docs/guide');

describe('log lines that the guide quotes', () => {
  it('are what the peer says of a link that must not work and does, in the text and in what its test waits for', () => {
    const page = readFileSync(join(guide, 'why/network-policy.md'), 'utf8');
    const fault = faultOf({ kind: 'reply', status: 200, body: 'pong\n', ms: 1, phases: {} }, 'Unreachable');
    expect(page).to.include(`its log says \`${fault?.reason}\``);
    expect(page).to.include(`until "${fault?.reason}" -->`);
  });
});
