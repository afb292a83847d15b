/** This server's own certificate and key, and the CA that its clients' certificates must come from. PEM. */
export interface ServiceMaterial {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
  readonly clientCA?: Buffer;
}

/** What the PEM files that a config names hold. */
export interface TlsMaterial {
  /** With https only. */
  readonly service?: ServiceMaterial;
  /** Accepted certificates by the path that the config gives. */
  readonly pins: ReadonlyMap<string, Buffer>;
}
