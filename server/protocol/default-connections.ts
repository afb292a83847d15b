const MIB = 1024 * 1024;
/** What the server needs besides: itself, its pings and their results. Bytes. */
const BASE = 56 * MIB;
/** What a connection holds that has been answered; measured 11 KiB and 62 KiB. Bytes. */
const PER_CONNECTION = { http: 12 * 1024, https: 64 * 1024 } as const;
const MOST = 10_000;
const LEAST = 100;
/** Looked at once: a bound can't be changed while the server runs. */
const MEMORY = process.constrainedMemory();

/**
 * How many connections may be open at once unless the config says: as many as this process's memory has room for, because
 * strangers can open them.
 *
 * @param memory the limit of its control group in bytes; 0: there is none
 */
export function defaultConnections(protocol: keyof typeof PER_CONNECTION, memory = MEMORY): number {
  if (memory === 0) return MOST;
  return Math.min(MOST, Math.max(LEAST, Math.floor((memory - BASE) / PER_CONNECTION[protocol])));
}
