import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect } from 'chai';

const root = join(import.meta.dirname, '../../..');

/** A file's TypeScript with imports from the root of the repository. */
function rooted(code: string, folder: string): string {
  return code.replaceAll(/from '(\.[^']*)'/g, (_, path) => `from '/${relative(root, join(root, folder, path))}'`);
}

/** The compiler checks the files, and an integration test runs them. */
describe('the example in the README of', () => {
  for (const folder of ['reconciler/kube', 'reconciler/runtime']) {
    it(`${folder} is the one that is tested`, () => {
      const [, code = ''] =
        /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, folder, 'README.md'), 'utf8')) ?? [];
      const file = `test/support/readme-examples/${folder.split('/').at(-1)}.ts`;
      expect(rooted(code, folder)).to.equal(rooted(readFileSync(join(root, file), 'utf8'), dirname(file)));
    });
  }
});
