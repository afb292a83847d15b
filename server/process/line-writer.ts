/** Characters that may wait for a slow reader. */
const MAX_WAITING = 1024 * 1024;
/** When to try again while the reader has no room. Milliseconds. */
const RETRY_MS = 50;
/** How long nothing is written after an error such as a full disk. Milliseconds. */
const BROKEN_MS = 1_000;
const NEWLINE = 10;

export interface LineWriterOptions {
  /**
   * Writes some of the bytes without waiting.
   *
   * @returns how many it took
   * @throws an error with the code EAGAIN when there is no room now
   */
  readonly write: (bytes: Uint8Array) => number;
  /** Runs a task after so many milliseconds; 0: once the current turn of the event loop has ended. */
  readonly schedule: (task: () => void, ms: number) => void;
}

/**
 * Lines to a reader that may be slow, stopped or gone, or to a disk that may be full. Never waits and never throws: what
 * finds no room within 1 MiB is left out and counted, and one line says how many were left out where they are missing.
 * Lines of one turn of the event loop are one write.
 */
export class LineWriter {
  readonly #options: LineWriterOptions;
  #lines: string[] = [];
  /** Lines being written, encoded. */
  #chunk: Uint8Array = new Uint8Array(0);
  /** Of both, roughly: characters of the lines, bytes of the chunk. */
  #waiting = 0;
  #isScheduled = false;
  #isBroken = false;
  #endsInLine = false;
  #lost = 0;
  /** Lost lines of which no line has told yet. */
  #untold = 0;
  /** Lost lines of which a line tells that is still waiting. */
  #telling = 0;
  #onLost: (lines: number) => void = () => {};

  constructor(options: LineWriterOptions) {
    this.#options = options;
  }

  /** Number of lines left out so far. */
  get lost(): number {
    return this.#lost;
  }

  /** @param listener called once there is room again after lines were left out; writes one line that says how many */
  onLost(listener: (lines: number) => void): void {
    this.#onLost = listener;
  }

  /** @param line ends with a newline */
  write(line: string): void {
    if (this.#untold > 0 && this.#waiting === 0 && !this.#isBroken) this.#tellLost();
    if (this.#isBroken || this.#untold > 0 || this.#waiting + line.length > MAX_WAITING) {
      this.#lost++;
      this.#untold++;
      return;
    }
    this.#lines.push(line);
    this.#waiting += line.length;
    this.#flushAfter(0);
  }

  /** Writes what there is room for now. */
  flush(): void {
    while (this.#waiting > 0) {
      if (this.#chunk.length === 0) this.#nextChunk();
      try {
        const written = this.#options.write(this.#chunk);
        if (written > 0) this.#endsInLine = this.#chunk[written - 1] !== NEWLINE;
        this.#chunk = this.#chunk.subarray(written);
        this.#waiting -= written;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') this.#flushAfter(RETRY_MS);
        else this.#fail();
        return;
      }
    }
    this.#telling = 0;
    if (this.#untold > 0 && !this.#isBroken) this.#tellLost();
  }

  /** For the end of the process: resolves once everything is written; what is still waiting after so many milliseconds is lost. */
  async drain(ms: number): Promise<void> {
    this.flush();
    for (let waited = 0; this.#waiting > 0 && waited < ms; waited += RETRY_MS) {
      await new Promise<void>((resolve) => this.#options.schedule(resolve, RETRY_MS));
      this.flush();
    }
    this.#forget();
  }

  #flushAfter(ms: number): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.schedule(() => {
      this.#isScheduled = false;
      this.flush();
    }, ms);
  }

  #nextChunk(): void {
    // An error may have cut the last line off.
    this.#chunk = Buffer.from(`${this.#endsInLine ? '\n' : ''}${this.#lines.join('')}`);
    this.#lines = [];
    this.#waiting = this.#chunk.length;
  }

  #tellLost(): void {
    this.#telling = this.#untold;
    this.#untold = 0;
    this.#onLost(this.#telling);
  }

  /** Gives up what is waiting; the line about lost ones, if it is among them, is told again. */
  #fail(): void {
    const waiting = this.#lines.length + this.#chunk.filter((byte) => byte === NEWLINE).length;
    const lines = waiting - (this.#chunk[0] === NEWLINE ? 1 : 0) - (this.#telling > 0 ? 1 : 0);
    this.#lost += lines;
    this.#untold += lines + this.#telling;
    this.#telling = 0;
    this.#forget();
    this.#isBroken = true;
    this.#options.schedule(() => {
      this.#isBroken = false;
    }, BROKEN_MS);
  }

  #forget(): void {
    this.#lines = [];
    this.#chunk = new Uint8Array(0);
    this.#waiting = 0;
  }
}
