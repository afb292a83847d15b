/** Why `npm start` could not do what it was asked for. */
export type StartErrorCode =
  | 'ERR_NOT_CONFIRMED'
  | 'ERR_NO_KUBECTL'
  | 'ERR_NO_WAY_TO_LOAD'
  | 'ERR_UNKNOWN_CONTEXT'
  | 'ERR_OPERATOR_NOT_READY'
  | 'ERR_LINKS_MISSING';

/** Thrown by everything under scripts/start; the message is one sentence that names the remedy. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
