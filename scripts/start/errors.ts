/** Why `npm start` could not do what it was asked for. */
export type StartErrorCode =
  | 'NOT_CONFIRMED'
  | 'NO_KUBECTL'
  | 'NO_WAY_TO_LOAD'
  | 'UNKNOWN_CONTEXT'
  | 'OPERATOR_NOT_READY'
  | 'LINKS_MISSING';

/** Thrown by everything under scripts/start; the message is one sentence that names the remedy. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
