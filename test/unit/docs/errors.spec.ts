import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const root = join(import.meta.dirname, '../../..');
/** Of Node.js: we tell them apart, or raise what it would. */
const NODES_OWN = ['ERR_STREAM_DESTROYED', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_TLS_CERT_ALTNAME_INVALID'];

const sources = globSync('{cli,constructs,reconciler,scripts,server,test/cluster}/**/*.{ts,js}', { cwd: root }).map(
  (file) => ({ file, text: readFileSync(join(root, file), 'utf8') }),
);
const page = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8');

describe('error codes', () => {
  it('are all on the reference page, and no others', () => {
    const codes = new Set(sources.flatMap(({ text }) => text.match(/(?<=')ERR_[A-Z_]+(?=')/g) ?? []));
    const documented = page.match(/(?<=^\| `)[A-Z_]+(?=` \|)/gm);
    expect(documented).to.have.members([...codes].filter((code) => !NODES_OWN.includes(code)));
  });

  it('have one form, in every class of ours', () => {
    const odd = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/^ {2}readonly code = '([^']*)'/gm)]
        .filter(([, code]) => !code!.startsWith('ERR_'))
        .map(([, code]) => `${file}: ${code}`),
    );
    expect(odd).to.deep.equal([]);
  });
});
