import { InvalidResponseError } from './errors.ts';

const NEWLINE = 0x0a;

/** Larger than any object that etcd stores (1.5 MiB by default, 8 at most). */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Cuts a stream of bytes into lines, wherever its chunks begin and end. */
export class LineSplitter {
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  /**
   * @returns the lines that this chunk completed
   * @throws InvalidResponseError when a line grows beyond 16 MiB
   */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      lines.push(this.#take(chunk.subarray(start, end)));
      start = end + 1;
    }
    if (start < chunk.length) {
      this.#pending.push(chunk.subarray(start));
      this.#pendingBytes += chunk.length - start;
      if (this.#pendingBytes > MAX_LINE_BYTES) {
        throw new InvalidResponseError(`the API server sent more than ${MAX_LINE_BYTES} bytes without a line break`);
      }
    }
    return lines;
  }

  /** Whether a line has begun and not ended: at the end of a stream, whether it was cut off. */
  get midLine(): boolean {
    return this.#pendingBytes > 0;
  }

  #take(tail: Buffer): string {
    if (this.#pendingBytes === 0) return tail.toString('utf8');
    const line = Buffer.concat([...this.#pending, tail]).toString('utf8');
    this.#pending = [];
    this.#pendingBytes = 0;
    return line;
  }
}
