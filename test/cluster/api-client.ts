import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import got, { type Got } from 'got';

/** An HTTP client with every right on a control plane: for polling, where starting a kubectl each time costs too much. */
export async function adminClient(clusterDir: string, server: string): Promise<Got> {
  const read = (file: string) => readFile(join(clusterDir, 'pki', file), 'utf8');
  const [certificateAuthority, certificate, key] = await Promise.all(['ca.crt', 'admin.crt', 'admin.key'].map(read));
  return got.extend({
    prefixUrl: server,
    https: { certificateAuthority, certificate, key },
    retry: { limit: 0 },
    timeout: { request: 2_000 },
    followRedirect: false,
  });
}
