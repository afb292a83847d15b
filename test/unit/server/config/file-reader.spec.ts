import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { FileReader } from '../../../../server/config/file-reader.ts';
import { temporaryFolder, writeFiles } from '../../../support/server/test-server.ts';

describe('file reader', () => {
  const folder = temporaryFolder();
  const [file, other] = [join(folder.path, 'a'), join(folder.path, 'b')];
  let waits = 0;
  /** What happens while the reader waits. */
  let meanwhile = () => {};
  const clock = {
    setTimeout: (task: () => void) => {
      waits++;
      meanwhile();
      queueMicrotask(task);
      return 0;
    },
  };

  beforeEach(() => {
    waits = 0;
    meanwhile = () => {};
    writeFiles(folder.path, { a: 'one', b: 'other' });
  });
  after(() => folder.remove());

  const text = async (reader: FileReader, paths = [file]) => String(await reader.readSettled(paths));

  it('waits for a second read that is equal, and not at all where nothing has changed', async () => {
    const reader = new FileReader(clock);
    expect(await text(reader)).to.equal('one');
    expect(waits).to.equal(1);
    expect(await text(reader)).to.equal('one');
    expect(waits).to.equal(1);
  });

  it('waits on as long as somebody writes, but not for ever', async () => {
    const reader = new FileReader(clock);
    meanwhile = () => waits < 4 && writeFiles(folder.path, { a: `one ${waits}` });
    expect(await text(reader)).to.equal('one 3');
    expect(waits).to.equal(4);
    meanwhile = () => writeFiles(folder.path, { a: `one ${waits}` });
    await text(reader);
    expect(waits).to.be.below(40);
  });

  it('has few of many files open at once', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `many-${i}`);
    writeFiles(folder.path, Object.fromEntries(names.map((name) => [name, name])));
    const open = () => readdirSync('/dev/fd').length;
    const before = open();
    let most = 0;
    const watching = setInterval(() => {
      most = Math.max(most, open());
    });
    const contents = await new FileReader(clock).read(names.map((name) => join(folder.path, name)));
    clearInterval(watching);
    expect(contents.map(String)).to.deep.equal(names);
    expect(most - before).to.be.below(20);
  });

  it('says what cannot be read, and forgets what nobody asks for any more', async () => {
    const reader = new FileReader(clock);
    expect(await text(reader, [file, other, join(folder.path, 'c')])).to.match(
      /^one,other,cannot read .*c \(ENOENT\)$/,
    );
    waits = 0;
    reader.keepOnly([file]);
    await reader.readSettled([file]);
    expect(waits).to.equal(0);
    await reader.readSettled([other]);
    expect(waits).to.equal(1);
  });
});
