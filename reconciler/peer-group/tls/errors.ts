/** Thrown when a Secret of the name that ours should have was made by somebody else: it is left alone. */
export class SecretTakenError extends Error {
  override readonly name = 'SecretTakenError';
  readonly code = 'ERR_SECRET_TAKEN';
}

/** Thrown when a namespace has more groups with TLS than leaves fit into one Secret. */
export class TlsSecretFullError extends Error {
  override readonly name = 'TlsSecretFullError';
  readonly code = 'ERR_TLS_SECRET_FULL';
}
