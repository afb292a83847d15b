import type Koa from 'koa';

/** Says in one line why a request got the answer 500. */
export type FailureListener = (message: string) => void;

/**
 * Has the app tell of its own handlers' errors. What a client did (an error that may be shown to it, a connection that it
 * closed) is not told. A handler that goes on failing in the same way is told of at every power of two.
 */
export function logHandlerErrors(app: Koa, tell: FailureListener): void {
  const failures = new Map<string, number>();
  app.on('error', (error: Partial<Error> & HttpError, context?: Koa.Context) => {
    if (error.expose || isOfConnection(error)) return;
    const message = `Request ${context?.method} ${context?.path} failed: ${error.name}: ${error.message}`;
    const count = (failures.get(message) ?? 0) + 1;
    if (failures.size >= MAX_MESSAGES && !failures.has(message)) failures.clear();
    failures.set(message, count);
    if (Number.isInteger(Math.log2(count))) tell(count === 1 ? message : `${message} (${count} times)`);
  });
}

/** Of Koa: whether its text may be shown to the client. */
interface HttpError {
  readonly expose?: boolean;
  readonly code?: string;
}

/** A message may hold what differs each time. */
const MAX_MESSAGES = 100;

/** Codes of sockets and streams that the other end has closed. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED']);

function isOfConnection({ code }: HttpError): boolean {
  return code !== undefined && CLOSED.has(code);
}
