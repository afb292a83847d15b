import { expect } from 'chai';
import { docBlocks, docPages, pageText } from '../../support/doc-commands.ts';

describe('a page of practice', () => {
  const practices = docPages().filter((page) => page.startsWith('docs/guide/why/'));

  it('is short, is in the index, and ends with commands whose effect is asserted', () => {
    const index = pageText('docs/guide/why.md');
    expect(practices).to.have.length.greaterThan(10);
    for (const page of practices) {
      const text = pageText(page);
      expect(text.split('\n'), page).to.have.length.at.most(61);
      expect(index, page).to.include(`(${page.replace('docs/guide/', '')})`);
      const asserted = docBlocks(page, text).filter(({ marker }) => marker?.place === 'cluster' && marker.outcome);
      expect(asserted, page).not.to.deep.equal([]);
      expect(text.slice(text.lastIndexOf('\n## ')), page).to.match(/^\n## See it\n/);
    }
  });
});
