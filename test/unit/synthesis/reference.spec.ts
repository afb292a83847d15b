import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { referencePages } from '../../../scripts/crd-reference.ts';
import { root } from './run-app.ts';

describe('docs/reference/', () => {
  for (const [path, text] of referencePages()) {
    it(`${path} is what \`npm run reference\` writes`, () => {
      expect(readFileSync(join(root, path), 'utf8')).to.equal(text);
    });
  }
});
