/** Why a config file was refused. */
export type ConfigErrorCode = 'UNREADABLE' | 'UNPARSABLE' | 'INVALID' | 'BAD_CERTIFICATE';

/**
 * Thrown when a config file, or a certificate that it names, can't be used. The message is one line that names the file,
 * the field where there is one, and what would be right.
 */
export class ConfigError extends Error {
  readonly code: ConfigErrorCode;

  constructor(code: ConfigErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConfigError';
    this.code = code;
  }
}
