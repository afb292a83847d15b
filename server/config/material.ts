/** What the PEM files that a config names hold. */
export interface TlsMaterial {
  /** This server's own; with https only. */
  readonly service?: {
    readonly certificate: Buffer;
    readonly privateKey: Buffer;
    readonly clientCA?: Buffer;
  };
  /** Accepted certificates by the path that the config gives. */
  readonly pins: ReadonlyMap<string, Buffer>;
}
