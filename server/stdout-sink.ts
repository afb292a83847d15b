import { writeSync } from 'node:fs';
import type { LineSink } from './log.ts';

/** Lines to stdout, those of one turn of the event loop in one write: a thousand peers' replies are no thousand system calls. */
export class StdoutSink implements LineSink {
  #lines: string[] = [];

  write(line: string): void {
    if (this.#lines.push(line) === 1) setImmediate(() => this.#flush());
  }

  /** Writes what is left before the process exits. */
  end(): void {
    if (this.#lines.length > 0) writeSync(process.stdout.fd, this.#takeAll());
  }

  #flush(): void {
    if (this.#lines.length > 0) process.stdout.write(this.#takeAll());
  }

  #takeAll(): string {
    const text = this.#lines.join('');
    this.#lines = [];
    return text;
  }
}
