import { expect } from 'chai';
import { pageText } from '../../support/doc-commands.ts';
import { waiverTable } from '../../support/judges/waivers.ts';

describe('the page on hardening', () => {
  it('shows every check that is waived, with the reason', () => {
    expect(pageText('docs/guide/hardening.md')).to.include(`\n\n${waiverTable()}\n\n`);
  });
});
