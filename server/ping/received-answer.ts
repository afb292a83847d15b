import type { IncomingMessage } from 'node:http';
import { RESPONDER_HEADER } from '../protocol/headers.ts';
import { printableName } from './read-answer.ts';

/** A pong has five bytes. */
const MAX_BODY_BYTES = 1_024;

/** What has come of an answer so far; `head` is undefined until its headers are complete. */
export class ReceivedAnswer {
  #head: IncomingMessage | undefined;
  #bytes: Buffer | undefined;

  get head(): IncomingMessage | undefined {
    return this.#head;
  }

  get body(): string {
    return this.#bytes?.toString() ?? '';
  }

  /** The headers are there. */
  begin(head: IncomingMessage): void {
    this.#head = head;
  }

  /** @returns what is wrong with the body so far; undefined: nothing */
  add(chunk: Buffer): string | undefined {
    this.#bytes = this.#bytes === undefined ? chunk : Buffer.concat([this.#bytes, chunk]);
    return this.#bytes.length > MAX_BODY_BYTES ? `the body is longer than ${MAX_BODY_BYTES} bytes` : undefined;
  }

  /** What is missing when the time is up. */
  missing(): string {
    return this.#head ? `an incomplete response (${this.#bytes?.length ?? 0} bytes of its body)` : 'no response';
  }

  /** What a failed ping still tells of it. */
  partial(): { responder?: string; status?: number; body?: string } {
    return this.#head === undefined ? {} : { ...this.whole(), body: this.body.slice(0, MAX_BODY_BYTES) };
  }

  whole(): { responder?: string; status: number; body: string } {
    const responder = this.#head?.headers[RESPONDER_HEADER];
    const answer = { status: this.#head?.statusCode ?? 0, body: this.body };
    return typeof responder === 'string' ? { responder: printableName(responder), ...answer } : answer;
  }
}
