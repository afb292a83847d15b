import { expect } from 'chai';
import { allDocBlocks, docBlocks, runBlock } from '../../support/doc-commands.ts';

/** A page with one shell block under this marker. */
function page(marker: string, script = 'true'): string {
  return `# Title\n\n${marker}\n\`\`\`sh\n${script}\n\`\`\`\n`;
}

describe('commands of the guides', () => {
  it('all say where they are run, or why nowhere', () => {
    const unmarked = allDocBlocks().filter((block) => block.marker === undefined);
    expect(unmarked.map((block) => `${block.page}:${block.line}`)).to.deep.equal([]);
  });
});

describe('shell block of a page', () => {
  it('is found with its line and marker', () => {
    expect(docBlocks('a.md', page('<!-- run: cluster -->'))).to.deep.equal([
      { page: 'a.md', line: 4, script: 'true\n', marker: { place: 'cluster' } },
    ]);
  });

  it('may be one that goes on until it is interrupted', () => {
    expect(docBlocks('a.md', page('<!-- run: host until "Pinged" -->'))[0]?.marker).to.deep.equal({
      place: 'host',
      until: 'Pinged',
    });
  });

  it('has no marker when its words make no sense or its reason is empty', () => {
    for (const marker of ['<!-- run: somewhere -->', '<!-- run: none -->', '<!-- run: none () -->', '']) {
      expect(docBlocks('a.md', page(marker))[0]?.marker, marker).to.equal(undefined);
    }
  });

  it('is left out in another language', () => {
    expect(docBlocks('a.md', '```yaml\na: 1\n```\n')).to.deep.equal([]);
  });
});

describe('running a shell block', () => {
  const [block] = docBlocks('a.md', page('<!-- run: host -->', 'echo one\necho two >&2'));

  it('returns what it printed', async () => {
    expect(await runBlock(block!))
      .to.include('one')
      .and.include('two');
  });

  it('fails at its first failing command, with page and line', async () => {
    const [failing] = docBlocks('a.md', page('<!-- run: host -->', 'false\ntrue'));
    const outcome = await runBlock(failing!).catch((error: Error) => error);
    expect(outcome).to.be.instanceOf(Error).with.property('message').that.includes('a.md:4');
  });

  it('interrupts an endless one once its text has come', async () => {
    const [endless] = docBlocks('a.md', page('<!-- run: host until "ready" -->', 'echo ready\nsleep 60'));
    expect(await runBlock(endless!)).to.equal('ready\n');
  });

  it('fails an endless one whose text does not come in time', async () => {
    const [endless] = docBlocks('a.md', page('<!-- run: host until "ready" -->', 'sleep 60'));
    expect(await runBlock(endless!, { timeoutMs: 100 }).catch((error: Error) => error)).to.be.instanceOf(Error);
  });
});
