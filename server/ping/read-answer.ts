import type { IncomingMessage } from 'node:http';
import type { Peer } from '../protocol/config.ts';
import { DRAINING, REFUSED_HEADER, STATE_HEADER } from '../protocol/headers.ts';

/** What a whole answer means. */
export type Verdict =
  | { readonly kind: 'reply' | 'draining' }
  | { readonly kind: 'failure'; readonly code: string; readonly reason: string };

type Head = Pick<IncomingMessage, 'statusCode' | 'headers'>;

export function judgeAnswer({ statusCode = 0, headers }: Head, body: string, kind: Peer['kind']): Verdict {
  if (statusCode === 503 && headers[STATE_HEADER] === DRAINING) return { kind: 'draining' };
  const refused = headers[REFUSED_HEADER];
  if (statusCode === 403 && typeof refused === 'string') {
    return failure('CERT_REFUSED', `the peer rejected the client certificate: ${printableName(refused)}`);
  }
  if (statusCode !== 200) return failure('BAD_STATUS', `unexpected status ${statusCode}`);
  if (body === 'pong\n' || (kind === 'external' && body === 'pong')) return { kind: 'reply' };
  return failure('BAD_BODY', `the body is ${JSON.stringify(body.slice(0, 40))}, not "pong\\n"`);
}

type Failure = Verdict & { kind: 'failure' };

/** The connection ended in the middle of an answer. @param head undefined: before the end of its headers */
export function describeBrokenOff(head: Head | undefined, body: string): Failure {
  if (!head) return failure('INCOMPLETE', 'the connection was closed before the response headers were complete');
  const length = lengthOf(head);
  const missing =
    length === undefined ? 'before the last chunk' : `after ${Buffer.byteLength(body)} of ${length} bytes`;
  return failure('INCOMPLETE', `the connection was closed before the response body was complete, ${missing}`);
}

/** What came behind an answer's last byte is not the beginning of another. */
export function describeExcess(head: Head): Failure {
  return failure('BAD_LENGTH', `the response is longer than its content-length (${lengthOf(head) ?? 0} bytes)`);
}

function lengthOf({ headers }: Head): string | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : printableName(length);
}

/** A name from the network, fit for a log line: visible ASCII, no longer than a host name. */
export function printableName(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?').slice(0, 253);
}

function failure(code: string, reason: string): Failure {
  return { kind: 'failure', code, reason };
}
