/**
 * Errors of connect(2) and socket(2) that come from this machine before anything is sent: descriptors, buffers, ports, and
 * local policy (EACCES, EPERM: a firewall rule for outgoing packets, a `prohibit` route; EINVAL: a `blackhole` route).
 * They say nothing about the peer.
 */
const LOCAL: Readonly<Record<string, string>> = {
  EMFILE: 'this process has no file descriptors left',
  ENFILE: 'this host has no file descriptors left',
  ENOBUFS: 'this host has no network buffers left',
  ENOMEM: 'this host has no memory left for a connection',
  EADDRNOTAVAIL: 'this host has no address or port left to connect from',
  EADDRINUSE: 'this host has no port left to connect from',
  EAFNOSUPPORT: 'this host does not support the address family',
  EPROTONOSUPPORT: 'this host does not support TCP',
  ENETDOWN: 'the network interface of this host is down',
  EACCES: 'local policy forbids the connection',
  EPERM: 'local policy forbids the connection',
  EINVAL: 'local policy drops the connection',
};

/** @returns in words what is wrong with this machine; undefined when the error is not a local one */
export function localReason(code: string | undefined): string | undefined {
  return code === undefined || !Object.hasOwn(LOCAL, code) ? undefined : LOCAL[code];
}
