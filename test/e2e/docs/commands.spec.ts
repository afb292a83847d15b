import { allDocBlocks, chapterOf } from '../../support/doc-commands.ts';
import { LONG_CHAPTERS, nodesOf, suiteOfCommands } from '../../support/doc-suite.ts';

const runnable = allDocBlocks().filter(({ marker }) => marker && marker.place !== 'none');

describe('the commands that the docs show', function () {
  this.timeout(180_000);
  suiteOfCommands(
    runnable.filter((block) => nodesOf(block) <= 1 && !LONG_CHAPTERS.includes(chapterOf(block.page))),
    { nodes: 1 },
  );
});
