import { allDocBlocks } from '../../support/doc-commands.ts';
import { isLong, suiteOfCommands } from '../../support/doc-suite.ts';

const runnable = allDocBlocks().filter(({ marker }) => marker && marker.place !== 'none');

describe('the commands that the docs show', function () {
  this.timeout(180_000);
  suiteOfCommands(
    runnable.filter((block) => !isLong(block)),
    { nodes: 1 },
  );
});
