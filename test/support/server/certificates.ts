import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface KeyPair {
  /** PEM. */
  readonly certificate: string;
  readonly privateKey: string;
}

export interface CertificateOptions {
  /** Subject alternative names, such as `DNS:localhost` or `IP:127.0.0.1`. */
  readonly names?: readonly string[];
  /** Who signs it; undefined: itself. */
  readonly issuer?: KeyPair;
  readonly isAuthority?: boolean;
  /** Validity; negative: it has expired that long ago. Default 1 day. */
  readonly days?: number;
  /** For openssl's -newkey, such as `rsa:2048`; unset: P-256. */
  readonly key?: string;
}

const SAN = ['DNS:localhost', 'IP:127.0.0.1'];
const AUTHORITY = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n';
const LEAF = 'basicConstraints=critical,CA:FALSE\n';

/** Makes a key and a certificate for it with the machine's openssl. Nothing of it stays on disk. */
export function createCertificate(subject: string, options: CertificateOptions = {}): KeyPair {
  const { names = SAN, issuer, isAuthority = false, days = 1, key } = options;
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-cert-'));
  try {
    const openssl = (...args: string[]) => {
      execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    };
    const kind = key === undefined ? ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : [key];
    openssl(
      'req',
      '-new',
      '-newkey',
      ...kind,
      '-nodes',
      '-subj',
      `/CN=${subject}`,
      '-keyout',
      'key.pem',
      '-out',
      'request.pem',
    );
    const alternativeNames = names.length > 0 ? `subjectAltName=${names.join(',')}\n` : '';
    writeFileSync(join(folder, 'extensions'), isAuthority ? AUTHORITY : LEAF + alternativeNames);
    writeFileSync(join(folder, 'ca.pem'), issuer?.certificate ?? '');
    writeFileSync(join(folder, 'ca.key'), issuer?.privateKey ?? '', { mode: 0o600 });
    const signer = issuer ? ['-CA', 'ca.pem', '-CAkey', 'ca.key'] : ['-signkey', 'key.pem'];
    const serial = ['-set_serial', `0x${randomBytes(8).toString('hex')}`];
    const extensions = ['-extfile', 'extensions'];
    // x509 takes a negative number of days, which req doesn't.
    openssl(
      'x509',
      '-req',
      '-in',
      'request.pem',
      '-out',
      'cert.pem',
      '-days',
      `${days}`,
      ...signer,
      ...serial,
      ...extensions,
    );
    return {
      certificate: readFileSync(join(folder, 'cert.pem'), 'utf8'),
      privateKey: readFileSync(join(folder, 'key.pem'), 'utf8'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function createAuthority(subject: string): KeyPair {
  return createCertificate(subject, { isAuthority: true });
}
