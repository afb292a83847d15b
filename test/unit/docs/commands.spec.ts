import { expect } from 'chai';
import { allDocBlocks, chapterOf, docBlocks, docPages, pageText, runBlock } from '../../support/doc-commands.ts';

/** A page with one shell block under this marker. */
function page(marker: string, script = 'true'): string {
  return `# Title\n\n${marker}\n\`\`\`sh\n${script}\n\`\`\`\n`;
}

describe('commands of the guides', () => {
  it('all say where they are run, or why nowhere', () => {
    const unmarked = allDocBlocks().filter((block) => block.marker === undefined);
    expect(unmarked.map((block) => `${block.page}:${block.line}`)).to.deep.equal([]);
  });

  it('promise their reader what their test expects', () => {
    const unsaid = allDocBlocks().flatMap(({ page, line, marker }) => {
      const visible = pageText(page).replace(/<!--.*?-->/gs, '');
      const texts = (marker?.place !== 'none' && marker?.outcome?.texts) || [];
      return texts.filter((text) => !visible.includes(text)).map((text) => `${page}:${line} says nowhere "${text}"`);
    });
    expect(unsaid).to.deep.equal([]);
  });

  it('are read in an order in which a page stands behind the one on which it builds', () => {
    const pages = docPages();
    for (const page of pages) expect(pages.indexOf(chapterOf(page)), page).to.be.within(0, pages.indexOf(page));
  });
});

describe('shell block of a page', () => {
  it('is found with its line and marker', () => {
    expect(docBlocks('a.md', page('<!-- run: cluster -->'))).to.deep.equal([
      { page: 'a.md', line: 4, script: 'true\n', marker: { place: 'cluster', nodes: 1 } },
    ]);
  });

  it('may be one that goes on until it is interrupted', () => {
    expect(docBlocks('a.md', page('<!-- run: host until "Pinged" -->'))[0]?.marker).to.deep.equal({
      place: 'host',
      outcome: { kind: 'until', texts: ['Pinged'] },
    });
  });

  it('may be one that has to fail, or to print several things, or needs several nodes', () => {
    const outcome = { kind: 'fails with', texts: ['no such', 'thing'] };
    const marker = '<!-- run: cluster of 2 nodes fails with "no such" and "thing" -->';
    expect(docBlocks('a.md', page(marker))[0]?.marker).to.deep.equal({ place: 'cluster', nodes: 2, outcome });
  });

  it('may be one that needs what is built for it alone', () => {
    const marker = '<!-- run: cluster with metrics-server shows "cpu" -->';
    const outcome = { kind: 'shows', texts: ['cpu'] };
    const expected = { place: 'cluster', nodes: 1, extra: 'metrics-server', outcome };
    expect(docBlocks('a.md', page(marker))[0]?.marker).to.deep.equal(expected);
  });

  it('has no marker when its words make no sense or its reason is empty', () => {
    for (const marker of [
      '<!-- run: somewhere -->',
      '<!-- run: none -->',
      '<!-- run: none () -->',
      '<!-- run: cluster shows -->',
      '<!-- run: host of 2 nodes -->',
      '<!-- run: cluster with luck -->',
      '',
    ]) {
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

  it('fails when it succeeds without printing what it has to show', async () => {
    const [shown] = docBlocks('a.md', page('<!-- run: host shows "one" and "two" -->', 'echo one; echo two'));
    expect(await runBlock(shown!)).to.equal('one\ntwo\n');
    const [silent] = docBlocks('a.md', page('<!-- run: host shows "one" and "two" -->', 'echo one'));
    expect(await runBlock(silent!).catch((error: Error) => error)).to.be.instanceOf(Error);
  });

  it('fails when what has to be refused is not, or for another reason', async () => {
    const script = 'echo forbidden >&2; exit';
    const refusal = (marker: string, status: number) =>
      runBlock(docBlocks('a.md', page(marker, `${script} ${status}`))[0]!).catch((error: Error) => error);
    expect(await refusal('<!-- run: host fails with "forbidden" -->', 1)).to.equal('forbidden\n');
    expect(await refusal('<!-- run: host fails with "forbidden" -->', 0)).to.be.instanceOf(Error);
    expect(await refusal('<!-- run: host fails with "not found" -->', 1)).to.be.instanceOf(Error);
  });
});
