import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Clock } from '../time/clock.ts';

/** A config file of 20,000 peers without any range has about 2 MB. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** Time between two reads that must be equal. Milliseconds. */
const SETTLE_MS = 100;
/** So often a file that is being written is read before it is taken as it is. */
const MAX_READS = 30;

/** What a file holds, or why it can't be read: `cannot read FILE (ENOENT)`. */
export type FileContent = Buffer | string;

/** Reads files that others may be writing, replacing or removing at the same time. */
export class FileReader {
  readonly #clock: Pick<Clock, 'setTimeout'>;
  /** What was read last, by path. */
  readonly #last = new Map<string, FileContent>();
  /** Pipes and the like, which can be read only once. */
  readonly #once = new Set<string>();

  constructor(clock: Pick<Clock, 'setTimeout'>) {
    this.#clock = clock;
  }

  /** Whether a file may have other content later; known once it has been read. */
  isLasting(path: string): boolean {
    return !this.#once.has(path);
  }

  /** Reads all of these files as they are now. */
  async read(paths: readonly string[]): Promise<FileContent[]> {
    const contents: FileContent[] = [];
    // One after the other: there may be more of them than file descriptors.
    for (const path of paths) {
      const content = await this.#readOne(path);
      this.#last.set(path, content);
      contents.push(content);
    }
    return contents;
  }

  /** The same once writing has stopped, that is when two reads are equal, or after three seconds. */
  async readSettled(paths: readonly string[]): Promise<FileContent[]> {
    let before = paths.map((path) => this.#last.get(path));
    let contents = await this.read(paths);
    for (let reads = 1; reads < MAX_READS && !areEqual(before, contents); reads++) {
      await this.settle();
      before = contents;
      contents = await this.read(paths);
    }
    return contents;
  }

  /** Forgets what other files held: a config may name new ones again and again. */
  keepOnly(paths: readonly string[]): void {
    const kept = new Set([...paths, ...this.#once]);
    for (const path of this.#last.keys()) if (!kept.has(path)) this.#last.delete(path);
  }

  /** Waits as long as it takes to see whether somebody is writing. */
  settle(): Promise<void> {
    return new Promise((resolve) => void this.#clock.setTimeout(resolve, SETTLE_MS));
  }

  async #readOne(path: string): Promise<FileContent> {
    const known = this.#last.get(path);
    if (known !== undefined && this.#once.has(path)) return known;
    try {
      const found = await stat(path);
      if (!found.isFile() && !found.isDirectory()) this.#once.add(path);
      return await readBounded(path);
    } catch (error) {
      return `cannot read ${path} (${(error as NodeJS.ErrnoException).code})`;
    }
  }
}

/** The size that a file claims to have says nothing: a pipe has none, and others may be writing. */
async function readBounded(path: string): Promise<FileContent> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of createReadStream(path) as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size > MAX_FILE_BYTES) return `${path} is larger than ${MAX_FILE_BYTES} bytes`;
  }
  return Buffer.concat(parts);
}

function areEqual(some: readonly (FileContent | undefined)[], others: readonly FileContent[]): boolean {
  return some.every((content, i) => {
    const other = others[i]!;
    return typeof content === 'object' && typeof other === 'object' ? content.equals(other) : content === other;
  });
}
