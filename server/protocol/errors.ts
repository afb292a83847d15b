/** Why a config file was refused. */
export type ConfigErrorCode =
  | 'ERR_CONFIG_UNREADABLE'
  | 'ERR_CONFIG_UNPARSABLE'
  | 'ERR_CONFIG_INVALID'
  | 'ERR_CONFIG_CERTIFICATE';

/**
 * Thrown when a config file, or a certificate that it names, can't be used. The message is one line that names the file,
 * the field where there is one, and what would be right.
 */
export class ConfigError extends Error {
  readonly code: ConfigErrorCode;
  /** Of the field, such as `['peers', 3, 'url']`; empty: it is not about one. */
  readonly path: readonly PropertyKey[];

  constructor(
    code: ConfigErrorCode,
    message: string,
    { path = [], ...options }: ErrorOptions & { readonly path?: readonly PropertyKey[] } = {},
  ) {
    super(message, options);
    this.name = 'ConfigError';
    this.code = code;
    this.path = path;
  }
}

/** Thrown when a hostlist is malformed or names more hosts than allowed. */
export class HostlistError extends Error {
  readonly code = 'ERR_HOSTLIST';

  constructor(message: string) {
    super(message);
    this.name = 'HostlistError';
  }
}
