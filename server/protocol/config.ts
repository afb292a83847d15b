import type { Topology } from './peer-selection.ts';

export interface TlsFiles {
  /** Paths of PEM files. */
  readonly certificate: string;
  readonly privateKey: string;
  /** Given: clients must present a certificate that it signed. */
  readonly clientCA?: string;
}

/** Bounds on what strangers can make a server hold. */
export interface Limits {
  /** Connections open at once; beyond it the one that has been idle the longest is closed. */
  readonly connections: number;
  readonly headerBytes: number;
  /** Milliseconds within which a request must have arrived whole. */
  readonly requestTimeoutMs: number;
}

export interface ServiceConfig {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'http' | 'https';
  /** With https only. */
  readonly tls?: TlsFiles;
  readonly limits: Limits;
}

export interface AdminConfig {
  readonly host: string;
  readonly port: number;
  /** False when the file doesn't name it: then a taken port is a warning and no error. */
  readonly required: boolean;
}

export interface PingConfig {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly connection: 'Reuse' | 'Fresh';
  /** A kept connection is replaced by then. */
  readonly maxConnectionAgeMs: number;
  /** A link that loses at least this many percent of its pings is Down. */
  readonly lossThresholdPercent: number;
  /** Which of the group's members this server pings. */
  readonly topology: Topology;
}

export interface LogConfig {
  readonly replies: 'All' | 'Changes';
  readonly format: 'text' | 'json';
}

/** Something to ping, fully resolved: one per line of a hostlist. */
export interface Peer {
  readonly name: string;
  /** A `member` belongs to the group that the topology chooses from; an `external` one is always pinged. */
  readonly kind: 'member' | 'external';
  readonly protocol: 'http' | 'https';
  /** Name or address to connect to; a trailing dot makes a name absolute. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** As logged: without the trailing dot of an absolute name. */
  readonly url: string;
  /** The name that the peer's certificate must carry; undefined: the host's. */
  readonly serverName?: string;
  /** PEM file of the only certificate (or CA) to trust for this peer. */
  readonly acceptCert?: string;
  readonly expect: 'Reachable' | 'Unreachable';
  readonly node?: string;
  readonly zone?: string;
}

/** A config file, validated, with every default filled in. */
export interface Config {
  readonly name: string;
  /** Undefined: this server only pings (a `ponger` without a `service`). */
  readonly service?: ServiceConfig;
  readonly admin: AdminConfig;
  readonly ping: PingConfig;
  readonly log: LogConfig;
  /** All peers of the file but this server itself, in the file's order. */
  readonly peers: readonly Peer[];
  /** The zone of this server's own entry among the peers, where it has one. */
  readonly zone?: string;
}
