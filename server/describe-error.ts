/** Codes of Node.js and OpenSSL for what goes wrong in TLS, some of which arrive only after the handshake. */
export const TLS_CODE =
  /^(ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|HOSTNAME_MISMATCH|EPROTO)/;

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed by the peer',
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
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the peer demands a client certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the peer does not know the CA of our certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'the peer says that our certificate has expired',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the peer does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the peer does not speak TLS',
};

const MAX_REASON = 200;

/**
 * Code and reason of what Node.js emitted for a connection or request.
 *
 * @param reused whether the connection had served an earlier ping
 */
export function describeError(error: NodeJS.ErrnoException, reused: boolean): { code: string; reason: string } {
  // Several addresses were tried (happy eyeballs): the first one's failure speaks for all.
  const single = error instanceof AggregateError ? ((error.errors[0] as NodeJS.ErrnoException) ?? error) : error;
  const code = single.code ?? 'ERROR';
  if (reused && (code === 'ECONNRESET' || code === 'EPIPE')) return { code, reason: 'the peer closed the connection' };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { code, reason: `wrong server name: ${altNameReason(single)}` };
  if (code.startsWith('HPE_') && !(code in REASONS)) return { code, reason: 'the answer is not HTTP' };
  return { code, reason: REASONS[code] ?? oneLine(single.message) };
}

/** Node.js says why in `reason`: which name was expected and which ones the certificate has. */
function altNameReason(error: Error): string {
  return oneLine('reason' in error ? String(error.reason) : error.message);
}

function oneLine(text: string): string {
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, MAX_REASON);
}
