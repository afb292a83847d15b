import { createHash } from 'node:crypto';

/**
 * Short content hash used wherever two sides must agree that they mean the same bytes: a config file's hash in the
 * peer's report and in the operator, a rendered object's hash in its annotation.
 *
 * @returns the first 16 hex digits of SHA-256
 */
export function contentHash(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
