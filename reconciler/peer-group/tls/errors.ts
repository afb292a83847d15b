/** Thrown when a Secret of this name exists that the operator did not create: it is never changed. */
export class SecretTakenError extends Error {
  override readonly name = 'SecretTakenError';
  readonly code = 'ERR_SECRET_TAKEN';
}

/** Thrown when a namespace has more groups with TLS than certificates fit into one Secret. */
export class TlsSecretFullError extends Error {
  override readonly name = 'TlsSecretFullError';
  readonly code = 'ERR_TLS_SECRET_FULL';
}
