import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/**
 * Reads a script's options. `--help` prints its usage and ends it with status 0; an option that it doesn't have, or one
 * without its value, ends it with status 2 and a sentence.
 */
export function readOptions<const T extends ParseArgsOptionsConfig>(usage: string, options: T) {
  if (process.argv.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}
