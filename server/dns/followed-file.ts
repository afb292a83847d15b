import { readFileSync, statSync } from 'node:fs';

/**
 * What a small file says, read again only when the file is another one or has changed. Looks at it whenever it is asked.
 *
 * @param parse is given '' while there is no such file
 */
export function followFile<T>(path: string, parse: (text: string) => T): () => T {
  let seen = '';
  let value = parse('');
  return () => {
    const found = statSync(path, { throwIfNoEntry: false });
    const now = found === undefined ? '' : `${found.dev} ${found.ino} ${found.size} ${found.mtimeMs}`;
    if (now === seen) return value;
    const text = found === undefined ? '' : tryRead(path);
    // Without a descriptor to read it what it said is better than nothing.
    if (text === undefined) return value;
    seen = now;
    value = parse(text);
    return value;
  };
}

function tryRead(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
