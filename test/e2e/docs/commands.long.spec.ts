import { allDocBlocks, chapterOf } from '../../support/doc-commands.ts';
import { isLong, nodesOf, suiteOfCommands } from '../../support/doc-suite.ts';

const runnable = allDocBlocks().filter(({ marker }) => marker && marker.place !== 'none');
const long = runnable.filter(isLong);
/** Pages with such commands, and those on which they build. */
const pages = new Set(long.flatMap(({ page }) => [chapterOf(page), page]));

describe('the commands that the docs show that need more than one node and an image, or wait for something', function () {
  this.timeout(300_000);
  suiteOfCommands(
    runnable.filter(({ page }) => pages.has(page)),
    { nodes: Math.max(...long.map(nodesOf)) },
  );
});
