import { localReason } from './local-errors.ts';

/** Codes of Node.js and OpenSSL for what goes wrong in TLS, some of which arrive only after the handshake. */
export const TLS_CODE =
  /^(ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|HOSTNAME_MISMATCH|EPROTO)/;

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'the name does not resolve',
  ENODATA: 'the name has no address',
  ESERVFAIL: 'the DNS server failed',
  EREFUSED: 'the DNS server refused the query',
  NO_NAME_SERVER: 'no name server in /etc/resolv.conf, and none on localhost',
  ETIMEOUT: 'the DNS server does not respond',
  HPE_HEADER_OVERFLOW: 'response headers too large',
  CERT_HAS_EXPIRED: "the peer's certificate has expired",
  CERT_NOT_YET_VALID: "the peer's certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the peer's certificate is self-signed and not accepted",
  SELF_SIGNED_CERT_IN_CHAIN: "the peer's certificate is from an unknown CA",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the peer's certificate is from an unknown CA",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the peer's certificate is from an unknown CA",
  CERT_SIGNATURE_FAILURE: "the peer's certificate is from another CA of the same name",
  EPROTO: 'TLS protocol error',
};

const MAX_REASON = 200;

/** OpenSSL's words for an answer that is no TLS. */
const NOT_TLS = /wrong version number|packet length too long|record layer failure/;

/** Code and reason of what Node.js emitted for a connection, once it was made, or for the name. */
export function describeError(
  error: NodeJS.ErrnoException,
  protocol: 'http' | 'https',
): { code: string; reason: string } {
  const code = error.code ?? 'ERROR';
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    const hint = protocol === 'http' ? '; is this a TLS port?' : '';
    return { code, reason: `the peer closed the connection without a response${hint}` };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { code, reason: `server name mismatch: ${detailOf(error)}` };
  if (TLS_CODE.test(code) && NOT_TLS.test(error.message)) return { code, reason: 'the peer does not speak TLS' };
  if (code.startsWith('HPE_') && !(code in REASONS)) return { code, reason: describeNonHttp(error) };
  return { code, reason: reasonOf(error) };
}

/** The parser's words, but for what does not even begin like HTTP. */
function describeNonHttp(error: NodeJS.ErrnoException): string {
  if (error.code === 'HPE_INVALID_CONSTANT' || error.code === 'HPE_INVALID_VERSION') return 'the response is not HTTP';
  return `the response is not valid HTTP: ${detailOf(error)}`;
}

/** The same for a name that could not be resolved. A resolver without a descriptor is no fault of the name's. */
export function describeLookup(error: NodeJS.ErrnoException): {
  phase: 'dns' | 'prober';
  code: string;
  reason: string;
} {
  const code = error.code ?? 'ERROR';
  const local = localReason(code);
  if (local !== undefined) return { phase: 'prober', code, reason: local };
  const reason = code === 'ECONNREFUSED' ? 'the DNS server cannot be reached' : reasonOf(error);
  return { phase: 'dns', code, reason };
}

/** In words, on one line. */
export function reasonOf(error: NodeJS.ErrnoException): string {
  return REASONS[error.code ?? ''] ?? oneLine(error.message);
}

/** Node.js puts what it expected and found into `reason`. */
function detailOf(error: Error): string {
  return oneLine('reason' in error ? String(error.reason) : error.message);
}

function oneLine(text: string): string {
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, MAX_REASON);
}
