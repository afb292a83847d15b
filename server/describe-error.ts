/** Codes of Node.js and OpenSSL for what goes wrong in TLS, some of which arrive only after the handshake. */
export const TLS_CODE =
  /^(ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|HOSTNAME_MISMATCH|EPROTO)/;

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ETIMEDOUT: 'connecting timed out',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'the name does not resolve',
  ENODATA: 'the name has no address',
  ESERVFAIL: 'the DNS server failed',
  EREFUSED: 'the DNS server refused the question',
  ETIMEOUT: 'the DNS server does not answer',
  HPE_HEADER_OVERFLOW: 'the answer has too many header bytes',
  CERT_HAS_EXPIRED: "the peer's certificate has expired",
  CERT_NOT_YET_VALID: "the peer's certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the peer's certificate is self-signed and not accepted",
  SELF_SIGNED_CERT_IN_CHAIN: "the peer's certificate is from an unknown CA",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the peer's certificate is from an unknown CA",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the peer's certificate is from an unknown CA",
  CERT_SIGNATURE_FAILURE: "the peer's certificate is from another CA of the same name",
  EPROTO: 'the peer does not speak TLS properly',
};

const MAX_REASON = 200;

/** OpenSSL's words for an answer that is no TLS. */
const NOT_TLS = /wrong version number|packet length too long|record layer failure/;

/** What the failed connection was like, which tells what an error on it means. */
export interface ConnectionKind {
  readonly protocol: 'http' | 'https';
  /** It had served an earlier ping. */
  readonly reused: boolean;
}

/** Code and reason of what Node.js emitted for a connection or request. */
export function describeError(
  error: NodeJS.ErrnoException,
  { protocol, reused }: ConnectionKind,
): { code: string; reason: string } {
  // Several addresses were tried (happy eyeballs): the first one's failure speaks for all.
  const single = error instanceof AggregateError ? ((error.errors[0] as NodeJS.ErrnoException) ?? error) : error;
  const code = single.code ?? 'ERROR';
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    if (reused) return { code, reason: 'the peer closed the kept connection' };
    const hint = protocol === 'http' ? '; does this port speak TLS?' : '';
    return { code, reason: `the peer closed the connection without an answer${hint}` };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { code, reason: `wrong server name: ${detailOf(single)}` };
  if (TLS_CODE.test(code) && NOT_TLS.test(single.message)) return { code, reason: 'the peer does not speak TLS' };
  if (code.startsWith('HPE_') && !(code in REASONS)) return { code, reason: 'the answer is not HTTP' };
  return { code, reason: REASONS[code] ?? oneLine(single.message) };
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
