import { checkServerIdentity as nodeCheck, type PeerCertificate } from 'node:tls';

/**
 * Whether a certificate is for this host, by its subjectAltName alone (RFC 9525). Node.js would take the subject's common
 * name where there is none.
 */
export function checkServerIdentity(host: string, certificate: PeerCertificate): Error | undefined {
  if (/(^|, )(DNS|IP Address):/.test(certificate.subjectaltname ?? '')) return nodeCheck(host, certificate);
  const reason = 'the certificate has no names or addresses in subjectAltName';
  return Object.assign(new Error(reason), { code: 'ERR_TLS_CERT_ALTNAME_INVALID', reason });
}
