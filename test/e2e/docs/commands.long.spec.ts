import { allDocBlocks, chapterOf } from '../../support/doc-commands.ts';
import { LONG_CHAPTERS, nodesOf, suiteOfCommands } from '../../support/doc-suite.ts';

const runnable = allDocBlocks().filter(({ marker }) => marker && marker.place !== 'none');
const wide = runnable.filter((block) => nodesOf(block) > 1);
/** Pages with such commands, and those on which they build. */
const pages = new Set(wide.flatMap(({ page }) => [chapterOf(page), page]));

describe('the commands that the docs show for clusters of several nodes, and those that wait for something', function () {
  this.timeout(180_000);
  suiteOfCommands(
    runnable.filter(({ page }) => pages.has(page) || LONG_CHAPTERS.includes(chapterOf(page))),
    { nodes: Math.max(...wide.map(nodesOf)) },
  );
});
